"use strict";
// Draws what a number rests on, as a graph: sources at the left, the number at the right.
(function () {
  const WIDE = 148, HIGH = 34, GAP_X = 34, GAP_Y = 12, MOST = 36;
  const SVG = "http://www.w3.org/2000/svg";

  function node(tag, attributes, text) {
    const made = document.createElementNS(SVG, tag);
    for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // Longest way from a source, so that every edge goes to the right.
  function layers(outputs, behind) {
    const depth = {};
    function visit(at) {
      if (depth[at] === undefined) {
        depth[at] = 1 + Math.max(outputs[at].source ? 0 : -1, ...outputs[at].parents.map(visit));
      }
      return depth[at];
    }
    behind.forEach(visit);
    return depth;
  }

  // Boxes and edges: one box an output, or where they are too many, one for all of a rule at the same depth.
  function boxes(cards, behind) {
    const depth = layers(cards.outputs, behind), grouped = behind.length > MOST, found = new Map(), of = {};
    for (const at of behind) {
      const output = cards.outputs[at], rule = (cards.jobs[output.job] || {}).rule || "no manifest";
      const key = grouped ? rule + " " + depth[at] : String(at);
      if (!found.has(key)) found.set(key, { rule: rule, layer: depth[at], outputs: [], state: "recorded" });
      const box = found.get(key);
      box.outputs.push(at);
      if (output.state !== "recorded") box.state = "doubtful";
      of[at] = box;
    }
    const all = Array.from(found.values()), edges = new Set();
    for (const at of behind) {
      for (const parent of cards.outputs[at].parents) edges.add([all.indexOf(of[parent]), all.indexOf(of[at])].join());
    }
    return { boxes: all, edges: Array.from(edges, function (pair) { return pair.split(",").map(function (at) { return all[at]; }); }), of: of };
  }

  function addSources(cards, graph, behind) {
    const known = {};
    for (const at of behind) {
      const source = cards.outputs[at].source;
      if (!source) continue;
      if (!known[source.name]) {
        known[source.name] = { rule: "source", layer: 0, outputs: [], source: source.name, state: "recorded" };
        graph.boxes.push(known[source.name]);
      }
      graph.edges.push([known[source.name], graph.of[at]]);
    }
  }

  // Rows: twice down and up, each box near the middle of its neighbours.
  function place(graph) {
    const columns = [];
    for (const box of graph.boxes) (columns[box.layer] = columns[box.layer] || []).push(box);
    const filled = columns.filter(Boolean);
    filled.forEach(function (column) { column.forEach(function (box, row) { box.row = row - (column.length - 1) / 2; }); });
    for (let round = 0; round < 4; round += 1) {
      const side = round % 2;
      for (const column of side ? filled : filled.slice().reverse()) {
        for (const box of column) {
          const near = graph.edges.filter(function (edge) { return edge[side] === box; }).map(function (edge) { return edge[1 - side].row; });
          box.wish = near.length ? near.reduce(function (sum, row) { return sum + row; }, 0) / near.length : box.row;
        }
        column.sort(function (a, b) { return a.wish - b.wish; });
        column.forEach(function (box, row) { box.row = row - (column.length - 1) / 2; });
      }
    }
    filled.forEach(function (column, at) { column.forEach(function (box) { box.column = at; }); });
    const tallest = Math.max.apply(null, filled.map(function (column) { return column.length; }));
    for (const box of graph.boxes) {
      box.x = 6 + box.column * (WIDE + GAP_X);
      box.y = 6 + (box.row + (tallest - 1) / 2) * (HIGH + GAP_Y);
    }
    return [filled.length * (WIDE + GAP_X) - GAP_X + 12, tallest * (HIGH + GAP_Y) - GAP_Y + 12];
  }

  function words(cards, box) {
    if (box.number) return ["number", box.number];
    if (box.source) return ["source", box.source];
    if (box.outputs.length > 1) return [box.rule, box.outputs.length + " outputs"];
    const job = cards.jobs[cards.outputs[box.outputs[0]].job];
    return [box.rule, job && job.of ? job.of : cards.outputs[box.outputs[0]].path.split("/").slice(1).join(" ").replace(".parquet", "")];
  }

  function fit(text, letters) {
    return text.length > letters ? text.slice(0, letters - 9) + "…" + text.slice(-8) : text;
  }

  function drawn(cards, box, address, chosen) {
    const [rule, name] = words(cards, box), link = node("a", { href: address(box), "class": "box " + box.rule + " " + box.state });
    const names = box.outputs.map(function (at) { return cards.outputs[at].path; }).concat(box.source || []);
    if (names.includes(chosen)) link.classList.add("chosen");
    link.append(node("title", {}, rule + " " + name));
    link.append(node("rect", { x: box.x, y: box.y, width: WIDE, height: HIGH, rx: 4 }));
    link.append(node("text", { x: box.x + 8, y: box.y + 14, "class": "rule" }, fit(rule, 22)));
    link.append(node("text", { x: box.x + 8, y: box.y + 27 }, fit(name, 24)));
    return link;
  }

  function edge(from, to) {
    const x = from.x + WIDE, y = from.y + HIGH / 2, end = to.y + HIGH / 2, bend = (to.x - x) / 2;
    return node("path", { d: "M" + [x, y] + "C" + [x + bend, y, to.x - bend, end, to.x, end] });
  }

  // An SVG of what `number` rests on; `address` gives the link of a box, `chosen` is the output or source shown.
  window.widebandLineage = function (cards, id, behind, address, chosen) {
    const graph = boxes(cards, behind);
    addSources(cards, graph, behind);
    const number = { rule: "number", number: id, layer: 1 + Math.max(0, ...graph.boxes.map(function (box) { return box.layer; })), outputs: [], state: "recorded" };
    const tables = new Set(cards.numbers[id].tables.map(function (table) { return graph.of[table[0]]; }));
    graph.boxes.push(number);
    tables.forEach(function (box) { graph.edges.push([box, number]); });
    const [width, height] = place(graph);
    const svg = node("svg", { viewBox: [0, 0, width, height].join(" "), width: width, height: height, role: "img", "aria-label": "What " + id + " rests on" });
    for (const [from, to] of graph.edges) svg.append(edge(from, to));
    for (const box of graph.boxes) svg.append(drawn(cards, box, address, chosen));
    return svg;
  };
})();
