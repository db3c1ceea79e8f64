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
  const holders = Array.from(document.querySelectorAll("script[data-plot]")), drawn = new Map();
  function once(holder) {
    if (!drawn.has(holder)) drawn.set(holder, draw(holder));
    return drawn.get(holder);
  }
  // Where it is folded, a plot has no width to be drawn in.
  function seen(holder) {
    return document.getElementById(holder.dataset.plot).clientWidth > 0;
  }
  // What is near the screen is drawn first; the others in turn, with pauses in which the page answers.
  const near = new IntersectionObserver(function (places) {
    for (const place of places.filter(function (shown) { return shown.isIntersecting; })) {
      near.unobserve(place.target);
      once(holders.find(function (holder) { return holder.dataset.plot === place.target.id; }));
    }
  }, { rootMargin: window.innerHeight + "px" });
  for (const holder of holders) near.observe(document.getElementById(holder.dataset.plot));
  async function rest() {
    for (const holder of holders.filter(seen)) {
      await once(holder);
      await new Promise(function (done) { setTimeout(done); });
    }
    document.documentElement.dataset.plots = "drawn";
  }
  window.addEventListener("beforeprint", function () { holders.filter(seen).forEach(once); });
  for (const fold of document.querySelectorAll("details.figures")) fold.addEventListener("toggle", rest);
  rest();
})();
