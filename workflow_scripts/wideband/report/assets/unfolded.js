"use strict";
// Makes objects of the numbers, which the data has by columns, in each of which what repeats is written once.
(function () {
  const cards = window.widebandCards, columns = Object.entries(cards.numbers.columns), numbers = {};
  cards.numbers.id.forEach(function (id, place) {
    const number = {};
    for (const [key, column] of columns) {
      number[key] = column.distinct ? column.distinct[column.at[place]] : column[place];
    }
    number.means = number.means.replace(/\{(\w+)\}/g, function (_, key) { return number[key]; });
    if (number.family) number.args = Object.assign({}, number.args, { family: number.family });
    numbers[id] = number;
  });
  cards.numbers = numbers;
})();
