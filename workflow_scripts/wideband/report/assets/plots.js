"use strict";
// Draws every figure that the page carries as JSON. No network, no state.
(function () {
  // A point that is a number leads to the number's card; one of two numbers to that of its height.
  function open(event) {
    const id = [].concat(event.points[0].customdata)[0];
    if (typeof id === "string") location.href = "card.html#" + encodeURIComponent(id);
  }
  function draw(holder) {
    const target = document.getElementById(holder.dataset.plot);
    const figure = JSON.parse(holder.textContent);
    if (target.clientWidth < 420) {
      figure.layout.margin = Object.assign({}, figure.layout.margin, { l: Math.min(44, figure.layout.margin.l), r: 10 });
      figure.layout.font = Object.assign({}, figure.layout.font, { size: 11 });
    }
    // Cells with a number in them need its width: on a narrow screen the plot goes on sideways.
    const cells = figure.data.find(function (trace) { return trace.texttemplate; });
    if (cells) {
      target.style.minWidth = 110 + 78 * cells.x.length + "px";
      target.parentNode.style.overflowX = "auto";
    }
    return window.widebandPlot(target, figure).then(function () {
      target.on("plotly_click", open);
    });
  }
  const holders = Array.from(document.querySelectorAll("script[data-plot]"));
  Promise.all(holders.map(draw)).then(function () {
    document.documentElement.dataset.plots = "drawn";
  });
})();
