"""Building the problems table from rows of any origin."""

from collections.abc import Iterable

import pandas as pd

from ..config.sources import DEFAULT, WITHOUT_GOLD
from ..tables import SCHEMAS
from .answers import answer_type
from .errors import DataError
from .files import Row

COLUMNS = tuple(SCHEMAS["problems"].columns)
INTEGERS = ("level", "year")


def frame(rows: Iterable[tuple[str, Row]], source: str, split: str, task: str = DEFAULT) -> pd.DataFrame:
    """The problems table of (place, row) pairs; a row may leave out all but uid, problem and gold.

    `source` and `answer_type` are filled in where a row lacks them. Raises DataError that names the place
    and the uid for an empty problem, an empty gold where the task has one, and for a uid that two rows share.
    """
    complete: list[Row] = []
    seen: dict[str, str] = {}
    for place, row in rows:
        uid = row["uid"]
        if uid in seen:
            raise DataError(f"{place}: uid {uid!r} again, first at {seen[uid]}; remove one of the two rows")
        seen[uid] = place
        _filled(place, uid, row, task)
        kind = "text" if row["gold"] is None else answer_type(row["gold"])
        complete.append({"source": source, "split": split, "task": task, "answer_type": kind, **row})
    return table(complete)


def table(rows: list[Row]) -> pd.DataFrame:
    """Rows as a frame with the problems table's columns; level and year are nullable integers."""
    made = pd.DataFrame(rows, columns=list(COLUMNS))
    return made.astype(dict.fromkeys(INTEGERS, "Int64"))


def _filled(place: str, uid: str, row: Row, task: str) -> None:
    if not row["problem"].strip():
        raise DataError(f"{place}: uid {uid!r} has an empty problem text; restore or remove the row")
    if task in WITHOUT_GOLD:
        return
    if not row["gold"].strip():
        raise DataError(f"{place}: uid {uid!r} has no gold answer; restore or remove the row")
