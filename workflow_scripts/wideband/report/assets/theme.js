"use strict";
// Adapts figures to dark mode: their text is light, and the colours of arms are lighter.
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const shown = [];
  let printing = false;

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // The same mixture as color-mix in the style sheet.
  function lifted(text, lift) {
    if (typeof text !== "string" || !/^#[0-9a-f]{6}$/i.test(text)) return text;
    const parts = [1, 3, 5].map(function (at) { return parseInt(text.slice(at, at + 2), 16); });
    const most = Math.max(...parts), least = Math.min(...parts);
    // Near-black becomes the colour of the text and near-white that of rules; only colours of arms are made lighter.
    if (most < 100 && most - least < 20) return colour("--ink");
    if (least > 200 && most - least < 20) return colour("--rule");
    return "rgb(" + parts.map(function (part) { return Math.round(part + (255 - part) * lift); }).join(", ") + ")";
  }

  function paint(marks, lift) {
    for (const part of ["marker", "line", "error_x", "error_y"]) {
      const given = marks[part] && marks[part].color;
      if (Array.isArray(given)) marks[part].color = given.map(function (shade) { return lifted(shade, lift); });
      else if (given) marks[part].color = lifted(given, lift);
    }
    // The cells of a heat map keep their light colours, and so their dark text.
    if (marks.textfont && marks.type !== "heatmap") marks.textfont.color = colour("--muted");
  }

  function themed(original) {
    const figure = structuredClone(original), layout = figure.layout;
    if (!dark.matches || printing) return figure;
    layout.paper_bgcolor = layout.plot_bgcolor = "transparent";
    layout.font.color = colour("--ink");
    for (const key of Object.keys(layout).filter(function (name) { return /^[xy]axis/.test(name); })) {
      Object.assign(layout[key], { gridcolor: colour("--hair"), linecolor: colour("--rule"), tickcolor: colour("--rule"), zerolinecolor: colour("--muted") });
    }
    const lift = parseFloat(colour("--lift")) / 100;
    for (const note of layout.annotations || []) {
      note.font = Object.assign({}, note.font, { color: colour("--muted") });
      note.arrowcolor = lifted(note.arrowcolor, lift);
    }
    for (const shape of layout.shapes || []) if (shape.line) shape.line.color = colour("--muted");
    figure.data.forEach(function (trace) { paint(trace, lift); });
    return figure;
  }

  // The legend is part of the page, not of a figure.
  function legends() {
    const lift = dark.matches && !printing ? parseFloat(colour("--lift")) / 100 : 0;
    for (const mark of document.querySelectorAll(".legend [stroke]")) {
      mark.style.stroke = lift ? lifted(mark.getAttribute("stroke"), lift) : "";
      const fill = mark.getAttribute("fill");
      mark.style.fill = lift && fill ? (fill === mark.getAttribute("stroke") ? mark.style.stroke : colour("--paper")) : "";
    }
  }

  function again() {
    legends();
    for (const [target, figure] of shown) {
      const now = themed(figure);
      Plotly.react(target, now.data, now.layout);
    }
  }

  dark.addEventListener("change", again);
  for (const [event, paper] of [["beforeprint", true], ["afterprint", false]]) {
    window.addEventListener(event, function () {
      printing = paper;
      if (dark.matches) again();
    });
  }

  legends();

  // Draws a figure, and draws it again when the colour scheme changes or the page is printed.
  window.widebandPlot = function (target, figure) {
    const now = themed(figure);
    shown.push([target, figure]);
    return Plotly.newPlot(target, now.data, now.layout, { responsive: true, displaylogo: false, displayModeBar: false, doubleClick: "reset" });
  };
})();
