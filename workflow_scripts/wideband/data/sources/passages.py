"""Passages of several kinds, part of the package, or a file of the user's own: retention by perplexity."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ...config.data import Slice
from ..errors import DataError
from ..files import Row, read_rows
from ..problems import table

NAME = "passages"
PASSAGES = Path(__file__).with_name("passages.json")
WANTED = "passages (a row each, with a column text and perhaps subject)"


def items(part: Slice) -> pd.DataFrame:
    """The problems table: every passage, which is its item's one option.

    Raises DataError for a file that is absent or damaged, has no passage, or a row without a text.
    """
    path = Path(part.file).expanduser() if part.file else PASSAGES
    rows = [_item(part, number, *row) for number, row in enumerate(_read(path))]
    if not rows:
        raise DataError(f"{path}: no passage; put {WANTED} there")
    return table(rows)


def _read(path: Path) -> Iterator[tuple[str, str | None]]:
    for place, row in read_rows(path, WANTED):
        text = row.get("text")
        if not isinstance(text, str) or not text.strip():
            found = "is empty" if "text" in row else f"is missing, found {sorted(map(str, row))}"
            raise DataError(f"{place}: column text {found}; write the passage there or remove the row")
        yield text, _subject(row)


def _subject(row: Row) -> str | None:
    return row["subject"] if isinstance(row.get("subject"), str) else None


def _item(part: Slice, number: int, text: str, subject: str | None) -> dict[str, object]:
    return {
        "uid": f"{NAME}_{number}",
        "source": NAME,
        "split": part.split,
        "task": "text",
        "problem": text,
        "subject": subject,
        "answer_type": "text",
        "options": [text],
    }
