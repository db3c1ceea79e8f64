"use strict";
// Filters the transcripts by benchmark and outcome, and switches between the policies.
(function () {
  const form = document.getElementById("filters");
  if (!form) return;
  const cases = Array.from(document.querySelectorAll(".case"));
  const shown = document.getElementById("shown");
  function matches(node, key) {
    return !form[key].value || node.dataset[key] === form[key].value;
  }
  function update() {
    let count = 0;
    for (const node of cases) {
      node.hidden = !(matches(node, "benchmark") && matches(node, "outcome"));
      count += node.hidden ? 0 : 1;
      for (const text of node.querySelectorAll(".transcript")) {
        text.hidden = !text.dataset.policy.split(" ").includes(form.policy.value);
      }
    }
    shown.textContent = count + " of " + cases.length + " problems";
  }
  form.addEventListener("change", update);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  update();
})();
