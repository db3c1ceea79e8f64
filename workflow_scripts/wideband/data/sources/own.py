"""Items that a plugin of the study makes (see `wideband.plugins`)."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ...config.data import Slice
from ..answers import answer_type
from ..errors import DataError
from ..problems import COLUMNS, table

SET_HERE = ("source", "split", "task", "answer_type")
FIELDS = tuple(name for name in COLUMNS if name not in SET_HERE)


def items(part: Slice, kind: Any) -> pd.DataFrame:
    """The problems table of a slice: `kind.items(split)`, with a uid by number where an item has none.

    Raises DataError that names the item and what it lacks.
    """
    rows = list(_rows(part, kind))
    repeated = pd.Series([row["uid"] for row in rows], dtype=object)
    if (again := repeated[repeated.duplicated()]).any():
        raise DataError(f"source {part.source}: uid {again.iloc[0]!r} twice; give every item its own")
    return table(rows)


def _rows(part: Slice, kind: Any) -> Iterator[dict[str, Any]]:
    try:
        for number, item in enumerate(kind.items(part.split), start=1):
            place = f"source {part.source}, split {part.split}, item {number}"
            yield {
                "uid": f"{part.source}/{part.split}/{number}",
                "gold": None,
                "source": part.source,
                "split": part.split,
                "task": part.source,
                "answer_type": _type(item),
                **_checked(place, item, kind.GIVES),
            }
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        raise DataError(f"source {part.source}: its items cannot be made ({error!r}); mend them") from error


def _type(item: Any) -> str:
    if item.get("options"):
        return "option"
    return answer_type(item["gold"]) if item.get("gold") else "text"


def _checked(place: str, item: Mapping[str, Any], gives: frozenset[str]) -> Mapping[str, Any]:
    if unknown := sorted(set(item) - set(FIELDS)):
        raise DataError(f"{place}: unknown field {unknown[0]!r}; known are {', '.join(FIELDS)}")
    for name in ("problem", *(column for column in ("gold", "options") if column in gives)):
        if not item.get(name):
            raise DataError(f"{place}: no {name}; every item of this task needs one")
    return item
