"""Rows as columns, in which what repeats is written once: a large study has tens of thousands of numbers."""

import json
from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]


def folded(rows: Mapping[str, Row]) -> dict[str, Any]:
    """`{"id": [...], "columns": {key: column}}` of rows by id; a row without a key has null there.

    A column is the list of its values; or `{"distinct": [...], "at": [...]}`, the values that occur and of
    each row the place of its value, where at least half of them repeat another.
    """
    keys = dict.fromkeys(key for row in rows.values() for key in row)
    columns = {key: _column([row.get(key) for row in rows.values()]) for key in keys}
    return {"id": list(rows), "columns": columns}


def unfolded(table: dict[str, Any]) -> dict[str, Row]:
    """The rows of `folded` by id, each with all keys.

    Raises LookupError, TypeError, ValueError or AttributeError for what is no such table.
    """
    columns = {key: _values(column) for key, column in table["columns"].items()}
    rows = zip(*columns.values(), strict=True)
    return {name: dict(zip(columns, row, strict=True)) for name, row in zip(table["id"], rows, strict=True)}


def _column(values: list[Any]) -> Any:
    distinct: dict[str, tuple[int, Any]] = {}
    at = [distinct.setdefault(json.dumps(value), (len(distinct), value))[0] for value in values]
    if 2 * len(distinct) > len(values):
        return values
    return {"distinct": [value for _, value in distinct.values()], "at": at}


def _values(column: Any) -> list[Any]:
    return column if isinstance(column, list) else [column["distinct"][at] for at in column["at"]]
