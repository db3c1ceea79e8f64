"use strict";
// Writes the card of the number that the address names: card.html#<id>. With ::<output or source> after the id, it also
// shows what is recorded of that output or source.
window.widebandCards.then(function (cards) {
  const card = document.getElementById("card");
  const { el, link, facts, table, shortened, commit, machine } = window.widebandParts;

  function address(id, stage) {
    return "#" + encodeURIComponent(id) + (stage ? "::" + encodeURIComponent(stage) : "");
  }

  // A typed or truncated address may contain a % that is no valid escape; it is then used unchanged.
  function decoded(text) {
    try { return decodeURIComponent(text); } catch { return text; }
  }

  function asked() {
    const [id, stage] = location.hash.slice(1).split("::").map(decoded);
    return { id: id, stage: stage };
  }

  function text(value) {
    return value === null || value === undefined ? "–" : String(value).replace("-", "−");
  }

  function interval(ci) {
    return ci ? "[" + text(ci[0] === null ? "−∞" : ci[0]) + ", " + text(ci[1] === null ? "∞" : ci[1]) + "]" : "none";
  }

  function behind(number) {
    const found = new Set(number.tables.map(function (read) { return read[0]; })), waiting = Array.from(found);
    while (waiting.length) {
      for (const parent of cards.outputs[waiting.pop()].parents) {
        if (!found.has(parent)) { found.add(parent); waiting.push(parent); }
      }
    }
    return Array.from(found).sort(function (a, b) { return a - b; });
  }

  function shown(number) {
    const pages = number.shown.map(function (use) {
      const section = use[1].replace(/-/g, " ");
      return el("li", {}, link(use[0] + (use[1] ? "#" + use[1] : ""), cards.pages[use[0]] + (section ? ": " + section : "")));
    });
    pages.push(el("li", {}, link("numbers.html#" + encodeURIComponent(asked().id), "All numbers")));
    return el("ul", { className: "shownon" }, pages);
  }

  function undecided(number) {
    return (number.undecided || []).map(function (id) {
      const count = cards.numbers[id];
      return ["Without a verdict", el("span", {}, text(count.value) + " of " + text(count.n) + " rollouts, counted as wrong: ", link(address(id), id))];
    });
  }

  function head(id, number) {
    return [
      el("p", { className: "crumb" }, "A number of ", link("index.html", cards.study)),
      el("h1", { className: "means" }, number.means),
      el("p", { className: "figure" }, el("span", { className: "big", id: "value" }, number.text), " ", el("span", { className: "unit" }, number.text.endsWith("%") ? "" : number.says),
        " ", el("span", { className: "ci" }, number.interval)),
      el("p", { id: "status", className: "status" }),
      facts([
        ["n", text(number.n)],
        ["Id", el("code", {}, id)],
        ["Exact value", el("span", {}, el("span", { id: "exact" }, text(number.value)), " " + interval(number.ci) + " ", el("span", { className: "unit" }, number.unit))],
        ...undecided(number),
        ["Shown on", shown(number)],
      ]),
    ];
  }

  function how(number) {
    const estimator = cards.estimators[number.estimator];
    return el("section", { id: "estimator" }, el("h2", {}, "How it was computed"), facts([
      ["Estimator", el("code", {}, estimator.name)],
      ["Source", estimator.source],
      ["Description", estimator.says],
      ["Function", el("code", {}, estimator.function)],
      ["Arguments", el("code", {}, JSON.stringify(number.args))],
      ["Training runs", number.args.runs ? "mean of " + text(number.args.runs) : null],
      ["Seed", number.seed === null ? "none: no resampling" : text(number.seed)],
      ["Code", number.code ? shortened(number.code) : "not recorded"],
      ["Commit", cards.records.rule ? commit(cards.records) : "not recorded"],
      ["Hardware", cards.records.rule ? machine(cards.records) : "not recorded"],
    ]));
  }

  function tables(id, number, all) {
    const read = number.tables.map(function ([at, rows, digest]) {
      const output = cards.outputs[at];
      return [link(address(id, output.path), output.path), text(rows), shortened(digest || output.digest)];
    });
    const rollouts = all.filter(function (at) { return /\/rollouts\//.test(cards.outputs[at].path); }).map(function (at) {
      const output = cards.outputs[at], job = cards.jobs[output.job];
      return [link(address(id, output.path), output.path), text(job && job.tokens && job.tokens.rollouts), shortened(output.digest)];
    });
    return el("section", { id: "tables" }, el("h2", {}, "Data behind it"),
      table("Tables it was computed from", ["table", "rows", "digest"], read),
      rollouts.length ? table("Rollouts behind these", ["table", "rollouts", "digest"], rollouts) : []);
  }

  function lineage(id, number, all, stage) {
    const drawing = window.widebandLineage(cards, id, all, function (box) {
      return box.number ? address(id) : address(id, box.source || cards.outputs[box.outputs[0]].path);
    }, stage);
    return el("section", { id: "lineage" }, el("h2", {}, "Lineage"),
      el("p", { className: "caption" }, "From the number down to its sources. A box is an output; if there are too many, it stands for all outputs of a rule at the " +
        "same distance from the number. A click on a box shows what is recorded of it."),
      el("div", { className: "scroll dag", tabIndex: 0 }, drawing),
      el("section", { id: "stage" }, stage ? window.widebandStage(cards, id, all, stage, address) : []),
      window.widebandCost(cards, all));
  }

  function status(id) {
    const place = document.getElementById("status"), standing = window.widebandStanding;
    if (!place || !standing) return;
    const audited = standing.stand === "this" && standing.audit.numbers.find(function (number) { return number.id === id; });
    place.textContent = audited ? audited.status + (audited.level === null || audited.level === undefined ? "" : " at level " + String(audited.level)) :
      standing.stand === "other" ? "Not audited in its present state: the last audit was of an earlier state." : "Not audited.";
    place.className = "status " + (!audited ? "open" : audited.status === "VERIFIED" ? "sound" : "broken");
  }

  function show() {
    const { id, stage } = asked(), number = cards.numbers[id];
    document.title = (number ? id : "No such number") + " · " + cards.study;
    if (!number) {
      card.replaceChildren(el("h1", {}, "No such number"), el("p", { className: "absent" },
        id ? "This study has no number " + id + ". " : "The address names no number. ", link("numbers.html", "All numbers"), "."));
      return;
    }
    const all = behind(number);
    card.replaceChildren(...head(id, number), how(number), tables(id, number, all), lineage(id, number, all, stage));
    status(id);
    if (stage) document.getElementById("stage").scrollIntoView({ block: "start" });
    else window.scrollTo(0, 0);
  }

  document.addEventListener("widebandaudit", function () { status(asked().id); });
  window.addEventListener("hashchange", show);
  show();
  document.documentElement.dataset.cards = "read";
});
