"use strict";
// Shows on every page what the audit found.
(function () {
  const edition = document.querySelector('meta[name="wideband-edition"]').content;

  // What the page may say: "none", "other" (an audit of another edition, or before the ledger grew), "this".
  function standing(audit, ledger) {
    if (!audit) return "none";
    if (audit.edition && audit.edition !== edition) return "other";
    return ledger && audit.head && ledger.head !== audit.head ? "other" : "this";
  }

  function count(list, word) {
    return list.length + " " + word + (list.length === 1 ? "" : "s");
  }

  function words(audit, stand) {
    if (stand === "none") return ["Not audited.", ""];
    const named = function (level) { return "L" + level; };
    const left = [0, 1, 2, 3, 4, 5, 6].filter(function (level) { return !audit.levels.includes(level); });
    if (stand === "other") {
      return ["Not audited in its present state.", " An audit of an earlier state said " + audit.verdict + "; results or " +
        "this site have changed since. Run the audit again."];
    }
    const sound = audit.numbers.filter(function (number) { return number.status === "VERIFIED"; });
    const said = " Levels " + audit.levels.map(named).join(", ") + ": " + sound.length + " of " + count(audit.numbers, "number") + " verified, " +
      count(audit.findings, "finding") + "." + (left.length ? " Not checked: " + left.map(named).join(", ") + "." : "");
    return [audit.verdict + ".", said];
  }

  function element(tag, text, kind) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function findings(audit) {
    const list = element("ul", "", "findings");
    // The table of claims has a row, with its verdict, for each of these.
    const tabled = document.querySelector("table.claims") !== null;
    const told = audit.findings.filter((finding) => !(tabled && finding.code.startsWith("CLAIM_")));
    for (const finding of told.slice(0, 12)) {
      const item = element("li", "");
      item.append(element("strong", finding.code), " " + [finding.stage, finding.file].filter(Boolean).join(", ") + ": " +
        finding.detail + " ");
      if (finding.number) {
        const link = element("a", finding.number);
        link.href = "card.html#" + encodeURIComponent(finding.number);
        item.append(link);
      }
      list.append(item);
    }
    return list;
  }

  function tell(audit, ledger) {
    const stand = standing(audit, ledger);
    const [verdict, rest] = words(audit, stand);
    const kind = stand !== "this" ? "open" : audit.verdict === "VERIFIED" ? "sound" : "broken";
    for (const line of document.querySelectorAll('[data-audit="line"]')) {
      line.textContent = stand === "none" ? "This site was not audited." : "Audit: " + verdict;
    }
    for (const notice of document.querySelectorAll('[data-audit="notice"]')) {
      notice.classList.add(kind);
      if (stand !== "none") {
        notice.querySelector("p").replaceChildren(element("strong", verdict), rest);
        if (stand === "this" && audit.findings.length) notice.querySelector("p").after(findings(audit));
      }
    }
    const head = ledger ? ledger.head : stand === "this" && audit.head;
    for (const place of document.querySelectorAll('[data-audit="head"]')) {
      if (head) place.textContent = head;
    }
    window.widebandStanding = { stand: stand, audit: audit, head: head || null };
    document.documentElement.dataset.audit = stand === "this" ? audit.verdict : stand;
    document.dispatchEvent(new Event("widebandaudit"));
  }

  // Both are read at once. One after the other, they would arrive after the page's load event, too late for a screenshot.
  const told = {}, whole = {
    ledger: function (said) { return typeof said.head === "string"; },
    audit: function (said) {
      return typeof said.verdict === "string" && [said.levels, said.numbers, said.findings].every(Array.isArray);
    },
  };
  // Data of any other form than the pipeline writes are ignored.
  function arrived(name, said) {
    told[name] = said && whole[name](said) ? said : null;
    if ("audit" in told && "ledger" in told) tell(told.audit, told.ledger);
  }

  for (const name of ["ledger", "audit"]) {
    window.widebandBeside("../audit/" + name + ".html", function (said) { arrived(name, said); });
  }
})();
