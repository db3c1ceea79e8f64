"use strict";
// Filters and searches the transcripts, and switches between the policies; a few problems at a time.
(function () {
  const form = document.getElementById("filters"), more = document.getElementById("more");
  if (!form) return;
  const MANY = 12, cases = Array.from(document.querySelectorAll(".case"));
  let most = MANY;

  function seen(text) {
    return text.dataset.policy.split(" ").includes(form.policy.value);
  }

  // The verdict is that of a transcript of the chosen policy.
  function matches(node, words) {
    const texts = Array.from(node.querySelectorAll(".transcript")).filter(seen);
    return ["benchmark", "outcome"].every(function (key) { return !form[key].value || node.dataset[key] === form[key].value; }) &&
      (!form.verdict.value || texts.some(function (text) { return text.dataset.verdict === form.verdict.value; })) &&
      words.every(function (word) { return node.textContent.toLowerCase().includes(word); });
  }

  function update() {
    const words = form.find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const node of cases) {
      const found = matches(node, words);
      count += found ? 1 : 0;
      node.hidden = !found || count > most;
      for (const text of node.querySelectorAll(".transcript")) text.hidden = !seen(text);
    }
    more.hidden = count <= most;
    document.getElementById("shown").textContent = Math.min(count, most) + " shown of " + count + " problems";
  }

  function anew() {
    most = MANY;
    update();
  }

  form.addEventListener("input", anew);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  more.addEventListener("click", function () {
    most += MANY;
    update();
  });
  update();
})();
