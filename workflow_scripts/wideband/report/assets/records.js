"use strict";
// Finds number records by a part of their id.
(function () {
  const box = document.getElementById("find");
  const rows = Array.from(document.querySelectorAll("#records tbody tr"));
  const shown = document.getElementById("shown");
  function update() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      row.hidden = !words.every(function (word) { return row.id.toLowerCase().includes(word); });
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = count + " of " + rows.length + " records";
  }
  box.addEventListener("input", update);
  update();
})();
