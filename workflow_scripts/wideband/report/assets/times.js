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

  // A row for each SLURM job, under a row of names.
  function table([names, ...rows]) {
    const made = element("table", "");
    made.className = "slurm";
    const row = function (tag, texts) {
      const line = element("tr", "");
      line.append(...texts.map(function (text) { return element(tag, text); }));
      return line;
    };
    const head = element("thead", ""), body = element("tbody", "");
    head.append(row("th", names));
    body.append(...rows.map(function (texts) { return row("td", texts); }));
    made.append(element("caption", "What SLURM's accounting says of the jobs that are over."), head, body);
    const scroll = element("div", "");
    scroll.className = "scroll";
    scroll.append(made);
    return scroll;
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
    const drawn = draw(times.figure);
    if (times.slurm.length) place.append(table(times.slurm));
    return drawn;
  }

  window.widebandBeside("../audit/times.html", function (times) {
    tell(times).then(function () { document.documentElement.dataset.plots = "drawn"; });
  });
})();
