"use strict";
// Draws the tables that a page holds as data, each when it is opened. A column is a kind and its values.
(function () {
  function linked(kind, number, text) {
    const made = document.createElement("a");
    made.className = { value: "num", ci: "ci", n: "n" }[kind];
    made.href = "card.html#" + encodeURIComponent(number.id);
    if (kind === "value") made.title = number.id;
    made.append(text);
    return made;
  }

  function head(text) {
    const made = document.createElement("span");
    made.className = "head";
    made.append(text);
    return made;
  }

  function fill(cell, columns, place, number) {
    for (const [kind, values] of columns) {
      const said = values[place];
      if (kind === "id") number.id = said;
      else if (kind === "word" || kind === "unit") cell.append(said);
      else if (kind === "n") cell.append(head("n"), linked(kind, number, said));
      else if (kind !== "form" && said !== "") cell.append(cell.hasChildNodes() ? " " : "", linked(kind, number, said));
    }
    return cell;
  }

  function row(cells, place) {
    const made = document.createElement("tr"), number = {};
    cells.forEach(function (columns, at) {
      const cell = document.createElement(at ? "td" : "th");
      if (!at) cell.scope = "row";
      made.append(fill(cell, columns, place, number));
    });
    return made;
  }

  function draw(holder) {
    const cells = JSON.parse(holder.textContent).map(function (columns) {
      return columns.map(function (column) { return [column[0], window.widebandColumn(column[1])]; });
    });
    const rows = cells[0][0][1].map(function (_, place) { return row(cells, place); });
    holder.parentNode.querySelector("tbody").replaceChildren(...rows);
    holder.remove();
  }

  // `toggle` does not bubble, so it is caught in the capture phase.
  document.addEventListener("toggle", function (event) {
    const holder = event.target.querySelector("script[data-rows]");
    if (holder) draw(holder);
  }, true);
})();
