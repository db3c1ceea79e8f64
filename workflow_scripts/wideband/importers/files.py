"""Rows out of JSONL, a JSON array, or a JSON object that holds one, each with its place for errors."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ImportFileError


@dataclass(frozen=True)
class Row:
    """One object of a file; `place` is `file:line` or `file item number`.

    Every getter takes alternative names of one field and raises ImportFileError when none is there (or, for
    those with `default`, when what is there is of another kind).
    """

    place: str
    fields: dict[str, Any]

    def has(self, *names: str) -> bool:
        """Whether one of the fields is there and not null."""
        return any(self.fields.get(name) is not None for name in names)

    def value(self, *names: str) -> Any:
        """The first of the named fields that is there and not null."""
        for name in names:
            if self.fields.get(name) is not None:
                return self.fields[name]
        raise ImportFileError(
            f"{self.place}: field '{names[0]}' is missing (it has {', '.join(sorted(self.fields))}); add it"
        )

    def text(self, *names: str) -> str:
        """A text; numbers are written out."""
        found = self.value(*names)
        if isinstance(found, str | int | float) and not isinstance(found, bool) and str(found).strip():
            return str(found)
        raise self.wrong(names, found, "text")

    def whole(self, *names: str) -> int:
        """A whole number."""
        found = self.value(*names)
        if isinstance(found, int | float) and not isinstance(found, bool) and float(found).is_integer():
            return int(found)
        raise self.wrong(names, found, "a whole number")

    def real(self, *names: str) -> float:
        """A finite number."""
        found = self.value(*names)
        if isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found):
            return float(found)
        raise self.wrong(names, found, "a number")

    def flag(self, *names: str) -> bool:
        """True or false; 1, 0 and their decimals count."""
        found = self.value(*names)
        if found in (True, False):
            return bool(found)
        raise self.wrong(names, found, "true or false")

    def wrong(self, names: tuple[str, ...], found: Any, wanted: str) -> ImportFileError:
        """The error of a field of another kind."""
        name = next((each for each in names if self.fields.get(each) is not None), names[0])
        shown = repr(found)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        return ImportFileError(f"{self.place}: field '{name}' must be {wanted}, but is {shown}; correct it")


def read_rows(path: Path, inside: str = "per_problem", where: dict[str, str] | None = None) -> list[Row]:
    """The rows of a file in order; of a JSON object those in its list `inside`.

    `where` keeps the rows whose fields have these values. Raises ImportFileError for a missing or broken
    file, for one without any row, and when `where` leaves none.
    """
    found = list(_rows(path, inside))
    if not found:
        raise ImportFileError(f"{path}: holds no row; restore the file")
    kept = [row for row in found if all(str(row.fields.get(k)) == v for k, v in (where or {}).items())]
    if not kept:
        seen = {key: sorted({str(row.fields.get(key)) for row in found})[:6] for key in where or {}}
        raise ImportFileError(f"{path}: no row has {where}; the file has {seen}: correct `where`")
    return kept


def read_object(path: Path) -> dict[str, Any]:
    """The one JSON object of a file. Raises ImportFileError."""
    content = _parsed(str(path), _text(path))
    if not isinstance(content, dict):
        raise ImportFileError(f"{path}: expected a JSON object, found {type(content).__name__}")
    return content


def _rows(path: Path, inside: str) -> Iterator[Row]:
    text = _text(path)
    if path.suffix == ".jsonl":
        # Only "\n" ends a row: splitlines() would also cut at U+2028, which problem texts contain.
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield _row(f"{path}:{number}", _parsed(f"{path}:{number}", line))
        return
    content = _parsed(str(path), text)
    if isinstance(content, dict):
        if inside not in content:
            raise ImportFileError(f"{path}: the object has no list '{inside}'; it has {', '.join(content)}")
        content = content[inside]
    if not isinstance(content, list):
        raise ImportFileError(f"{path}: expected a list of rows, found {type(content).__name__}")
    for number, fields in enumerate(content, start=1):
        yield _row(f"{path} item {number}", fields)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ImportFileError(f"{path}: no such file; put it there or correct the path") from None
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except IsADirectoryError:
        raise ImportFileError(f"{path}: is a folder; name a file in it") from None


def _parsed(place: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = place if error.lineno == 1 else f"{place}:{error.lineno}"
        raise ImportFileError(
            f"{where}: not valid JSON ({error.msg}, column {error.colno}), it ends {text[-40:]!r}; "
            "a .jsonl file has one object a line, restore the file"
        ) from None


def _row(place: str, fields: Any) -> Row:
    if not isinstance(fields, dict):
        raise ImportFileError(f"{place}: expected a JSON object, found {type(fields).__name__}")
    return Row(place, fields)
