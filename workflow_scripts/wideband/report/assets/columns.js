"use strict";
// The values of a column, in which what repeats may be written once.
window.widebandColumn = function (column) {
  return column.distinct ? column.at.map(function (at) { return column.distinct[at]; }) : column;
};
