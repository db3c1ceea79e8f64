"""Format `printed`: a table as it is printed in a report, one item a row, one condition a column.

    | task   | before | after |
    |--------|--------|-------|
    | colour | 0.889  | **0.311** |

Markdown (.md; the first table that has all wanted columns), or rows as for `cells`. `columns` says which
column is which metric of this condition, `uid` which one names the item. Numbers are read as people print
them: with % and bold marks, thousands separated by commas, a minus sign of its own, an interval in brackets
or behind ± (which is left out). An empty cell, or a dash alone, is no value.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ..config.import_file import Import
from .cells import cell_table
from .errors import ImportFileError
from .files import chosen, kind, read_rows, read_text
from .row import Row

RULE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")
MARKS = re.compile(r"[*`_\s%]")
BEHIND = re.compile(r"\s*(±|\(|\[).*$")
NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
NOTHING = ("", "-", "–", "—")


def read_printed(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The table of values per item. Raises ImportFileError naming file and row."""
    if kind(path) == ".md":
        wanted = [*entry.columns, *([entry.uid] if entry.uid else [])]
        rows = chosen(path, _of_markdown(path, wanted), entry.where)
    else:
        rows = read_rows(path, where=entry.where)
    numbers = [*entry.columns, *entry.names("n")]
    return {"imported": cell_table(path, [_read(row, numbers) for row in rows], entry)}


def _read(row: Row, names: list[str]) -> Row:
    """The row with these cells as plain numbers; a cell that is none stays as it is, to be refused."""
    plain = {name: plain_number(row.fields[name]) for name in names if isinstance(row.fields.get(name), str)}
    return Row(row.place, {**row.fields, **plain}, typed=False)


def plain_number(cell: str) -> str:
    """A number as people print it, as `float` reads it; empty for a dash, and other text as it is."""
    text = MARKS.sub("", BEHIND.sub("", cell)).replace("−", "-")
    if text in NOTHING:
        return ""
    return text.replace(",", "") if NUMBER.fullmatch(text) else cell


def _of_markdown(path: Path, wanted: list[str]) -> list[Row]:
    seen = []
    for names, rows in _tables(path):
        if all("{" in name or name in names for name in wanted):
            return rows
        seen.append(", ".join(names))
    raise ImportFileError(
        f"{path}: no table with the columns {', '.join(wanted)}; its tables have {'; '.join(seen) or 'none'}"
    )


def _tables(path: Path) -> Iterator[tuple[list[str], list[Row]]]:
    lines = read_text(path).split("\n")
    for place, line in enumerate(lines):
        if place and "|" in line and RULE.fullmatch(line.strip()) and "|" in lines[place - 1]:
            names = _cells(lines[place - 1])
            rows = []
            for number, body in enumerate(lines[place + 1 :], start=place + 2):
                if "|" not in body:
                    break
                cells = _cells(body)
                if len(cells) != len(names):
                    raise ImportFileError(
                        f"{path}:{number}: {len(cells)} cells, but the table has {len(names)} columns; "
                        "correct it"
                    )
                rows.append(Row(f"{path}:{number}", dict(zip(names, cells, strict=True)), typed=False))
            yield names, rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
