"use strict";
// Draws how long the jobs took, from the file that the driver writes beside the site, if it is there.
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
    made.append(element("caption", "Finished jobs, as SLURM's accounting reports them."), head, body);
    const scroll = element("div", "");
    scroll.className = "scroll";
    scroll.append(made);
    return scroll;
  }

  function draw(name, says, figure) {
    const plot = element("div", "");
    plot.className = "plot";
    plot.id = "plot-" + name;
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", says);
    plot.style.minHeight = figure.layout.height + "px";
    place.append(element("h2", says), plot);
    return window.widebandPlot(plot, figure);
  }

  function tell(times) {
    if (!times || !times.figure) {
      place.querySelector(".absent").hidden = false;
      return Promise.resolve();
    }
    place.replaceChildren(facts(times.facts));
    const drawn = [];
    if (times.path) drawn.push(draw("path", "The critical path of the last run", times.path));
    drawn.push(draw("times", "Imports and compute by rule", times.figure));
    if (times.slurm.length) place.append(table(times.slurm));
    return Promise.all(drawn);
  }

  window.widebandBeside("../audit/times.html", function (times) {
    tell(times).then(function () { document.documentElement.dataset.plots = "drawn"; });
  });
})();
