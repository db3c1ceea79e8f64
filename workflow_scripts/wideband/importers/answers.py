"""Format `answers`: how often each answer was given, one answer a row.

    answer,count
    47,526
    50,0

CSV, JSONL, JSON or Parquet, of one item (`item`) or of several (`uid`). Fields: answer (or option) and count
(or n), or those that `fields` names. The options of an item are those that its problem lists (see
`problems`), else the rows of the file, which then has a row with 0 for every option that was never given.
Answers that are no option are invalid.
"""

from pathlib import Path

import pandas as pd

from ..config.import_file import Import
from .errors import ImportFileError
from .files import read_rows
from .row import Row, uid_of


def read_answers(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The counts of answers. Raises ImportFileError naming file and row."""
    rows = read_rows(path, where=entry.where)
    named = [(item_of(row, entry), answer_of(row, entry), _count(row, entry)) for row in rows]
    frame = pd.DataFrame(named, columns=["uid", "answer", "count"])
    doubled = frame.duplicated(["uid", "answer"])
    if doubled.any():
        row = rows[int(doubled.to_numpy().argmax())]
        raise ImportFileError(
            f"{row.place}: this answer is already in the file; add the counts up in one row"
        )
    return {"answers": frame.assign(arm=entry.arm, checkpoint=entry.checkpoint, slice=entry.slice)}


def item_of(row: Row, entry: Import) -> str:
    """The item that a row is about."""
    return entry.item if entry.item else uid_of(row, entry.uid)


def answer_of(row: Row, entry: Import) -> str:
    """The answer that a row counts, as text."""
    return row.text(*entry.names("answer", "answer", "option"))


def _count(row: Row, entry: Import) -> int:
    names = entry.names("count", "count", "n")
    count = row.whole(*names)
    if count < 0:
        raise row.wrong(names, count, "a count, 0 or more")
    return count
