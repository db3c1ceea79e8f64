"use strict";
// Draws every figure that the page carries as JSON. No network, no state.
(function () {
  // A click on a point opens the card of its number; of a point with two numbers, the card of its y value.
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
    // Cells with a number in them need its width: on a narrow screen the plot scrolls sideways.
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
  // A plot in a closed section has no width to be drawn in.
  function seen(holder) {
    return document.getElementById(holder.dataset.plot).clientWidth > 0;
  }
  // Figures near the screen are drawn first, the others one by one, with pauses so that the page stays responsive.
  const near = new IntersectionObserver(function (entries) {
    for (const entry of entries.filter(function (shown) { return shown.isIntersecting; })) {
      near.unobserve(entry.target);
      once(holders.find(function (holder) { return holder.dataset.plot === entry.target.id; }));
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
