"use strict";
// Draws where the time of the jobs went: what the driver has written beside the site, if it has.
(function () {
  const place = document.getElementById("times");

  function element(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }

  function facts(pairs) {
    const list = element("dl", "");
    list.className = "facts-list";
    for (const [term, said] of pairs) list.append(element("dt", term), element("dd", said));
    return list;
  }

  function draw(figure) {
    const plot = element("div", "");
    plot.className = "plot";
    plot.id = "plot-times";
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", "Imports, compute and waiting by rule");
    plot.style.minHeight = figure.layout.height + "px";
    place.append(plot);
    return Plotly.newPlot(plot, figure.data, figure.layout, { responsive: true, displaylogo: false, displayModeBar: false });
  }

  function tell(times) {
    if (!times || !times.figure) {
      place.querySelector(".absent").hidden = false;
      return Promise.resolve();
    }
    place.replaceChildren(facts(times.facts));
    return draw(times.figure);
  }

  window.widebandBeside("../audit/times.js", function () {
    tell(window.widebandTimes).then(function () { document.documentElement.dataset.plots = "drawn"; });
  });
})();
