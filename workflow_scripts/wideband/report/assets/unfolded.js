"use strict";
// Decompresses the cards and turns their columns of numbers into objects; `window.widebandCards` becomes a promise of them.
(function () {
  function unfolded(cards) {
    const columns = Object.entries(cards.numbers).map(function (pair) { return [pair[0], window.widebandColumn(pair[1])]; });
    const ids = window.widebandColumn(cards.numbers.id || []), numbers = {};
    ids.forEach(function (id, place) {
      const number = {};
      for (const [key, values] of columns) number[key] = values[place];
      number.means = number.means.replace(/\{(\w+)\}/g, function (_, key) { return number[key]; });
      if (number.family) number.args = Object.assign({}, number.args, { family: number.family });
      numbers[id] = number;
    });
    return Object.assign(cards, { numbers: numbers });
  }

  const bytes = Uint8Array.from(atob(window.widebandCards), function (letter) { return letter.charCodeAt(0); });
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  window.widebandCards = new Response(stream).json().then(unfolded);
})();
