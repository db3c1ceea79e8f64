"use strict";
// The values of a column; a column with repeated values may be stored as its distinct values and an index for each row.
window.widebandColumn = function (column) {
  return column.distinct ? column.at.map(function (at) { return column.distinct[at]; }) : column;
};
