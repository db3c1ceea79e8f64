"use strict";
// The parts of a card: small builders of elements, what is recorded of an output or source, and the cost of all its jobs.
(function () {
  function el(tag, properties) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...Array.prototype.slice.call(arguments, 2).flat());
    return made;
  }

  function link(address, label) {
    return el("a", { href: address }, label);
  }

  function facts(pairs) {
    const kept = pairs.filter(function (pair) { return pair[1] !== undefined && pair[1] !== null && pair[1] !== ""; });
    return el("dl", { className: "facts-list" }, kept.map(function (pair) {
      return [el("dt", {}, pair[0]), el("dd", {}, pair[1])];
    }).flat());
  }

  function table(caption, heads, rows) {
    return el("div", { className: "scroll" }, el("table", { className: "reads" }, el("caption", {}, caption),
      el("thead", {}, el("tr", {}, heads.map(function (head) { return el("th", { scope: "col" }, head); }))),
      el("tbody", {}, rows.map(function (row) { return el("tr", {}, row.map(function (cell) { return el("td", {}, cell); })); }))));
  }

  function shortened(digest) {
    return el("code", { className: "digest", title: digest, textContent: digest.slice(0, 12) + "…" });
  }

  function whole(digest) {
    return el("code", { className: "digest" }, digest);
  }

  function size(bytes) {
    if (bytes === undefined || bytes === null) return "";
    const units = ["bytes", "kB", "MB", "GB", "TB"];
    let at = 0;
    for (; bytes >= 1000 && at < units.length - 1; at += 1) bytes /= 1000;
    return (at ? bytes.toFixed(1) : bytes) + " " + units[at];
  }

  function duration(seconds) {
    if (seconds === undefined) return "not recorded";
    if (seconds < 60) return seconds.toFixed(1) + " s";
    return seconds < 3600 ? (seconds / 60).toFixed(1) + " min" : (seconds / 3600).toFixed(1) + " h";
  }

  function gpus(job) {
    const visible = job.machine && job.machine.gpus_visible;
    return visible ? visible.split(",").filter(Boolean).length : 0;
  }

  // Tokens and machine time of a job at the study's prices; what was not recorded costs nothing here.
  function cost(prices, job) {
    const tokens = job.tokens || {};
    return {
      seconds: job.seconds || 0,
      prompt: tokens.prompt_tokens || 0,
      completion: tokens.completion_tokens || 0,
      tokens: ((tokens.prompt_tokens || 0) * prices.input_per_million + (tokens.completion_tokens || 0) * prices.output_per_million) / 1e6,
      machine: ((job.cpu_seconds || 0) * prices.core_hour + (job.seconds || 0) * gpus(job) * prices.gpu_hour) / 3600,
    };
  }

  function money(prices, amount) {
    return Number(amount.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 }) + " " + prices.currency;
  }

  function spent(prices, sum) {
    const counted = sum.prompt + sum.completion;
    return facts([
      ["Time of its jobs", duration(sum.seconds)],
      ["Tokens sampled", counted ? sum.completion.toLocaleString("en") + " completion, " + sum.prompt.toLocaleString("en") + " prompt" : "none recorded"],
      ["Tokens at the price table", counted ? money(prices, sum.tokens) : null],
      ["Machine at the price table", sum.machine ? money(prices, sum.machine) : "processor time was not recorded"],
    ]);
  }

  function machine(job) {
    const host = job.machine || {}, slurm = host.slurm || {};
    return [host.host, host.cpus_usable && host.cpus_usable + " of " + host.cpus + " CPUs", host.gpus && host.gpus.join(", "),
      slurm.SLURM_JOB_ID && "SLURM job " + slurm.SLURM_JOB_ID].filter(Boolean).join(" · ");
  }

  function links(id, places, address, cards) {
    return el("ul", {}, places.map(function (at) {
      return el("li", {}, link(address(id, cards.outputs[at].path), cards.outputs[at].path));
    }));
  }

  function commit(job) {
    if (!job.commit) return "not in a git checkout";
    const difference = job.dirty ? " with uncommitted changes, kept as provenance/" + job.diff + ".diff" : ", clean";
    return [el("code", {}, job.commit), difference];
  }

  function jobFacts(job) {
    const seeds = Object.entries(job.seeds || {}).map(function (pair) { return pair.join(" = "); }).join(", ");
    return [
      ["Rule", job.rule + (job.of ? " " + job.of : "") + (job.outputs > 1 ? ", one of " + job.outputs + " outputs" : "")],
      ["Commit", commit(job)],
      ["Code", job.code && whole(job.code)],
      ["Spec", job.spec && whole(job.spec)],
      ["Environment", job.lock && [whole(job.lock), " · Python " + job.python]],
      ["Seeds", seeds || "none"],
      ["Hardware", machine(job) || "not recorded"],
      ["Started", job.started],
      ["Tokens trained on", job.tokens && job.tokens.tokens && job.tokens.tokens.toLocaleString("en")],
    ];
  }

  function output(cards, id, all, at, address) {
    const made = cards.outputs[at], job = cards.jobs[made.job];
    const users = all.filter(function (other) { return cards.outputs[other].parents.includes(at); });
    const direct = cards.numbers[id].tables.some(function (read) { return read[0] === at; });
    const rows = [["Digest", whole(made.digest)], ["Size", size(made.bytes)],
      ["Manifest", made.manifest ? [whole(made.manifest), made.state === "recorded" ? "" : " (" + made.state + ": not the one that its reader recorded)"] : made.state]];
    return [
      el("h3", {}, el("code", {}, made.path)),
      facts(rows.concat(job ? jobFacts(job) : [], [
        ["Source", made.source && link(address(id, made.source.name), made.source.name)],
        ["Made of", made.parents.length && links(id, made.parents, address, cards)],
        ["Checks that had to pass", made.gates.length && links(id, made.gates, address, cards)],
        ["Used by", users.length && links(id, users, address, cards)],
        ["Read to compute", direct && link(address(id), id)],
      ].filter(function (pair) { return pair[1]; }))),
      job ? spent(cards.prices, cost(cards.prices, job)) : [],
    ];
  }

  function source(cards, id, all, made, address) {
    const users = all.filter(function (at) { return cards.outputs[at].source && cards.outputs[at].source.name === made.name; });
    return [el("h3", {}, "Source ", el("code", {}, made.name)), facts([
      ["Origin", made.origin],
      ["Registered digest", made.digest ? whole(made.digest) : "none: content is fixed by seed or revision and by the code of its job"],
      ["Registered rows", made.rows && String(made.rows)],
      ["Used by", links(id, users, address, cards)],
    ])];
  }

  window.widebandParts = { el: el, link: link, facts: facts, table: table, shortened: shortened, commit: commit, machine: machine };

  window.widebandStage = function (cards, id, all, stage, address) {
    const at = cards.outputs.findIndex(function (candidate) { return candidate.path === stage; });
    const made = all.map(function (at) { return cards.outputs[at].source; }).find(function (source) { return source && source.name === stage; });
    const up = el("p", { className: "crumb" }, link(address(id), "↑ " + id));
    if (at < 0 && !made) return [up, el("p", { className: "absent" }, "Nothing in this lineage is called " + stage + ".")];
    return [up, ...(at >= 0 ? output(cards, id, all, at, address) : source(cards, id, all, made, address))];
  };

  window.widebandCost = function (cards, all) {
    const jobs = new Set(all.map(function (at) { return cards.outputs[at].job; }).filter(function (job) { return job !== undefined; }));
    const sum = Array.from(jobs, function (job) { return cost(cards.prices, cards.jobs[job]); }).reduce(function (total, jobCost) {
      for (const key of Object.keys(jobCost)) total[key] = (total[key] || 0) + jobCost[key];
      return total;
    }, { seconds: 0, prompt: 0, completion: 0, tokens: 0, machine: 0 });
    const commits = new Set(Array.from(jobs, function (job) { return cards.jobs[job].commit + (cards.jobs[job].dirty ? " with uncommitted changes" : ""); }));
    return el("section", { id: "cost" }, el("h2", {}, "Cost of its lineage"),
      el("p", { className: "caption" }, "All " + jobs.size + " jobs of the lineage together. A job that wrote several outputs is counted in full."),
      spent(cards.prices, sum),
      facts([["Commits", el("ul", {}, Array.from(commits, function (commit) { return el("li", {}, el("code", {}, commit)); }))]]));
  };
})();
