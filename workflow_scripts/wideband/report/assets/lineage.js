"use strict";
// Draws the lineage of a number as a graph: the number at the top, its sources below.
(function () {
  const WIDE = 172, HIGH = 34, BEND = 14, GAP_X = 16, GAP_Y = 30, MOST = 40, MARGIN = 8;
  const SVG = "http://www.w3.org/2000/svg";

  function node(tag, attributes, text) {
    const made = document.createElementNS(SVG, tag);
    for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // How far below the number each output is, by the longest path, so that every edge leads down.
  function layers(cards, id, behind) {
    const users = new Map(behind.map(function (at) { return [at, []]; })), depth = {};
    for (const at of behind) for (const parent of cards.outputs[at].parents) users.get(parent).push(at);
    function below(at) {
      if (depth[at] === undefined) {
        depth[at] = 1; // Ends the recursion in a forged cycle.
        depth[at] = 1 + Math.max(0, ...users.get(at).map(below));
      }
      return depth[at];
    }
    behind.forEach(below);
    return depth;
  }

  function newBox(rule, layer, more) {
    return Object.assign({ rule: rule, layer: layer, width: WIDE, outputs: [], state: "recorded" }, more);
  }

  // Boxes and edges: one box per output or, if there are too many, one for all outputs of a rule in the same layer.
  function graphOf(cards, id, behind) {
    const depth = layers(cards, id, behind), grouped = behind.length > MOST, found = new Map(), of = {};
    for (const at of behind) {
      const rule = (cards.jobs[cards.outputs[at].job] || {}).rule || "unrecorded";
      const key = grouped ? rule + " " + depth[at] : String(at);
      if (!found.has(key)) found.set(key, newBox(rule, depth[at]));
      of[at] = found.get(key);
      of[at].outputs.push(at);
      if (cards.outputs[at].state !== "recorded") of[at].state = "doubtful";
    }
    const number = newBox("number", 0, { number: id }), edges = new Map();
    function connect(from, to) { edges.set([from.layer, from.rule, from.outputs, to.outputs, to.source].join(" "), [from, to]); }
    for (const read of cards.numbers[id].tables) connect(number, of[read[0]]);
    for (const at of behind) for (const parent of cards.outputs[at].parents) connect(of[at], of[parent]);
    const sources = sourcesOf(cards, behind, of, connect);
    return { boxes: [number, ...found.values(), ...sources], edges: Array.from(edges.values()) };
  }

  function sourcesOf(cards, behind, of, connect) {
    const known = new Map(), taken = behind.filter(function (at) { return cards.outputs[at].source; });
    for (const at of taken) {
      const name = cards.outputs[at].source.name;
      if (!known.has(name)) known.set(name, newBox("source", 0, { source: name }));
      known.get(name).layer = Math.max(known.get(name).layer, of[at].layer + 1);
    }
    for (const at of taken) connect(of[at], known.get(cards.outputs[at].source.name));
    return Array.from(known.values());
  }

  // An edge across several layers gets a bend in each of them, between the boxes.
  function bent(edges, boxes) {
    return edges.map(function (edge) {
      const way = [edge[0]];
      for (let layer = edge[0].layer + 1; layer < edge[1].layer; layer += 1) {
        way.push({ bend: true, layer: layer, width: BEND });
        boxes.push(way[way.length - 1]);
      }
      return way.concat(edge[1]);
    });
  }

  function spread(row) {
    const wide = row.reduce(function (sum, box) { return sum + box.width + GAP_X; }, -GAP_X);
    let x = -wide / 2;
    for (const box of row) {
      box.middle = x + box.width / 2;
      x += box.width + GAP_X;
    }
    return wide;
  }

  // Orders the boxes of each row so that a box is near the middle of its neighbours, in some rounds up and down.
  function place(boxes, ways) {
    const rows = [], near = new Map(boxes.map(function (box) { return [box, [[], []]]; }));
    for (const box of boxes) (rows[box.layer] = rows[box.layer] || []).push(box);
    for (const way of ways) {
      for (let at = 1; at < way.length; at += 1) {
        near.get(way[at])[0].push(way[at - 1]);
        near.get(way[at - 1])[1].push(way[at]);
      }
    }
    rows.forEach(spread);
    for (let round = 0; round < 12; round += 1) {
      const side = round % 2;
      for (const row of side ? rows.slice().reverse() : rows) {
        for (const box of row) {
          const them = near.get(box)[side];
          box.wish = them.length ? them.reduce(function (sum, other) { return sum + other.middle; }, 0) / them.length : box.middle;
        }
        row.sort(function (a, b) { return a.wish - b.wish; });
        spread(row);
      }
    }
    const wide = Math.max(...rows.map(spread));
    for (const box of boxes) {
      box.x = MARGIN + wide / 2 + box.middle - box.width / 2;
      box.y = MARGIN + box.layer * (HIGH + GAP_Y);
    }
    return [wide + 2 * MARGIN, rows.length * (HIGH + GAP_Y) - GAP_Y + 2 * MARGIN];
  }

  function words(cards, box) {
    if (box.number) return ["number", box.number];
    if (box.source) return ["source", box.source];
    if (box.outputs.length > 1) return [box.rule, box.outputs.length + " outputs"];
    const output = cards.outputs[box.outputs[0]], job = cards.jobs[output.job];
    return [box.rule, job && job.of ? job.of : output.path.split("/").slice(1).join(" ").replace(".parquet", "")];
  }

  function fit(text, letters) {
    return text.length > letters ? text.slice(0, letters - 10) + "…" + text.slice(-9) : text;
  }

  function drawn(cards, box, address, chosen) {
    const [rule, name] = words(cards, box), link = node("a", { href: address(box), "class": "box " + rule + " " + box.state });
    const names = box.outputs.map(function (at) { return cards.outputs[at].path; }).concat(box.source || []);
    if (names.includes(chosen)) link.classList.add("chosen");
    link.append(node("title", {}, rule + " " + name));
    link.append(node("rect", { x: box.x, y: box.y, width: WIDE, height: HIGH, rx: 4 }));
    link.append(node("text", { x: box.x + 8, y: box.y + 14, "class": "rule" }, rule));
    link.append(node("text", { x: box.x + 8, y: box.y + 27 }, fit(name, 27)));
    return link;
  }

  function line(way) {
    const points = way.flatMap(function (box) {
      const x = box.x + box.width / 2;
      return box.bend ? [[x, box.y], [x, box.y + HIGH]] : [[x, box === way[0] ? box.y + HIGH : box.y]];
    });
    let path = "M" + points[0];
    for (let at = 1; at < points.length; at += 1) {
      const [from, to] = [points[at - 1], points[at]], half = (to[1] - from[1]) / 2;
      path += "C" + [from[0], from[1] + half, to[0], to[1] - half, to[0], to[1]];
    }
    return node("path", { d: path });
  }

  // The lineage of the number `id` as an SVG; `address` gives the link of a box, `chosen` is the output or source
  // that the page shows.
  window.widebandLineage = function (cards, id, behind, address, chosen) {
    const graph = graphOf(cards, id, behind), real = graph.boxes.slice();
    const ways = bent(graph.edges, graph.boxes), [width, height] = place(graph.boxes, ways);
    const svg = node("svg", { viewBox: [0, 0, width, height].join(" "), width: width, height: height, role: "img", "aria-label": "Lineage of " + id });
    svg.append(...ways.map(line), ...real.map(function (box) { return drawn(cards, box, address, chosen); }));
    return svg;
  };
})();
