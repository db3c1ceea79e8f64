"""Rows as columns, in which what repeats is written once: a large study has tens of thousands of numbers.

`assets/columns.js` reads them in a page.
"""

import json
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def folded(values: list[Any]) -> Any:
    """A column: the list of its values, or `{"distinct": [...], "at": [...]}`, where half of them repeat.

    These are the values that occur, and of each row the place of its value.
    """
    distinct: dict[str, tuple[int, Any]] = {}
    at = [distinct.setdefault(json.dumps(value), (len(distinct), value))[0] for value in values]
    if 2 * len(distinct) > len(values):
        return values
    return {"distinct": [value for _, value in distinct.values()], "at": at}


def unfolded(column: Any) -> list[Any]:
    """The values of a column. Raises LookupError or TypeError for what is none."""
    return column if isinstance(column, list) else [column["distinct"][at] for at in column["at"]]


def folded_rows(rows: Sequence[Row]) -> dict[str, Any]:
    """`{key: column}` of rows; a row without a key has null there."""
    keys = dict.fromkeys(key for row in rows for key in row)
    return {key: folded([row.get(key) for row in rows]) for key in keys}


def unfolded_rows(columns: dict[str, Any]) -> list[Row]:
    """The rows of `folded_rows`, each with all keys.

    Raises LookupError, TypeError, ValueError or AttributeError for what are no such columns.
    """
    values = {key: unfolded(column) for key, column in columns.items()}
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
