"use strict";
// All number records as a table that can be filtered, sorted and downloaded; rows are drawn a part at a time.
window.widebandCards.then(function (cards) {
  const MANY = 200, KEYS = ["metric", "benchmark", "arm", "checkpoint"];
  const form = document.getElementById("filters");
  const body = document.querySelector("#records tbody"), more = document.getElementById("more");
  const rows = Object.keys(cards.numbers).map(function (id) {
    const number = cards.numbers[id];
    return { id: id, lower: id.toLowerCase(), number: number, value: number.value, n: number.n, unit: number.says,
      interval: number.ci ? number.ci[1] - number.ci[0] : null };
  });
  let found = rows, drawn = 0, order = null;

  function element(tag, content, kind) {
    const made = document.createElement(tag);
    made.append(content);
    if (kind) made.className = kind;
    return made;
  }

  function labelled(head, content) {
    const cell = element("td", element("span", head, "head"));
    cell.append(content);
    return cell;
  }

  function link(id, content) {
    const made = element("a", content);
    made.href = "card.html#" + encodeURIComponent(id);
    return made;
  }

  function row(record) {
    const made = document.createElement("tr"), name = element("th", link(record.id, element("code", record.id)));
    made.id = record.id;
    made.title = record.number.means;
    name.scope = "row";
    made.append(name, labelled("value", record.number.text), labelled("interval", record.number.interval),
      labelled("n", record.n === null ? "–" : String(record.n)), labelled("unit", record.unit));
    return made;
  }

  function draw(all) {
    const part = found.slice(drawn, all ? found.length : drawn + MANY);
    body.append(...part.map(row));
    drawn += part.length;
    more.hidden = drawn >= found.length;
    const where = drawn < found.length ? "the first " + drawn + " of " : "";
    document.getElementById("shown").textContent = where + found.length + " of " + rows.length + " records";
  }

  function compare(one, other) {
    const [a, b] = [one[order.key], other[order.key]];
    // Missing values come last in both directions.
    if (a === null || b === null) return (a === null) - (b === null);
    return order.turn * (a < b ? -1 : a > b ? 1 : 0);
  }

  function update() {
    const words = form.find.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = rows.filter(function (record) {
      return KEYS.every(function (key) { return !form[key].value || record.number[key] === form[key].value; }) &&
        words.every(function (word) { return record.lower.includes(word); });
    });
    if (order) found.sort(compare);
    body.replaceChildren();
    drawn = 0;
    draw(false);
  }

  function sort(event) {
    const key = event.currentTarget.dataset.sort;
    order = { key: key, turn: order && order.key === key ? -order.turn : 1 };
    for (const button of document.querySelectorAll("[data-sort]")) {
      const sorted = button.dataset.sort === key;
      button.parentNode.setAttribute("aria-sort", !sorted ? "none" : order.turn > 0 ? "ascending" : "descending");
    }
    update();
  }

  function quoted(value) {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function download() {
    const lines = found.map(function (record) {
      const ends = record.number.ci || [null, null];
      return [record.id, ...KEYS.map(function (key) { return record.number[key]; }), record.value, ...ends, record.n, record.number.unit].map(quoted).join(",");
    });
    const heads = ["id", ...KEYS, "value", "low", "high", "n", "unit"].join(",");
    const made = document.createElement("a");
    made.href = URL.createObjectURL(new Blob([[heads, ...lines].join("\n") + "\n"], { type: "text/csv" }));
    made.download = cards.study + "-numbers.csv";
    made.click();
    URL.revokeObjectURL(made.href);
  }

  // A typed or truncated address may contain a % that is no valid escape; it is then used unchanged.
  function decoded(text) {
    try { return decodeURIComponent(text); } catch { return text; }
  }

  KEYS.forEach(function (key) {
    const names = Array.from(new Set(rows.map(function (record) { return record.number[key]; }))).filter(Boolean);
    form[key].append(...names.map(function (name) { return new Option(name); }));
  });
  form.addEventListener("input", update);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  for (const button of document.querySelectorAll("[data-sort]")) button.addEventListener("click", sort);
  more.addEventListener("click", function () { draw(false); });
  document.getElementById("download").addEventListener("click", download);
  document.getElementById("absent").remove();
  form.find.value = decoded(location.hash.slice(1));
  update();
  document.documentElement.dataset.cards = "read";
});
