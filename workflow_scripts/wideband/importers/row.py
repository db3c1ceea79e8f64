"""One object of a file of results: its fields, in the kinds that an importer wants, and which problem."""

import math
import re
from dataclasses import dataclass
from typing import Any

from .errors import ImportFileError

FLAGS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
# What a table's column of whole numbers can hold.
LARGEST = 2**63 - 1
UID_FIELDS = ("uid", "unique_id", "problem_id", "task_id", "id", "doc_id", "idx")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Row:
    """One object of a file; `place` is `file:line` or `file item number`.

    Every getter takes alternative names of one field, a dot leading into an object (`doc.answer`), and
    raises ImportFileError when none is there (or when what is there is of another kind). `typed` is false
    for a table of texts (CSV), whose empty cells are missing and whose numbers are written out.
    """

    place: str
    fields: dict[str, Any]
    typed: bool = True

    def get(self, name: str) -> Any:
        """What stands in the field; None when it is not there."""
        if name in self.fields:
            found = self.fields[name]
            return found if self.typed or found != "" else None
        first, dot, rest = name.partition(".")
        inner = self.fields.get(first)
        return Row(self.place, inner).get(rest) if dot and isinstance(inner, dict) else None

    def has(self, *names: str) -> bool:
        """Whether one of the fields is there and not null."""
        return any(self.get(name) is not None for name in names)

    def value(self, *names: str) -> Any:
        """The first of the named fields that is there and not null."""
        for name in names:
            found = self.get(name)
            if found is not None:
                return found
        raise ImportFileError(
            f"{self.place}: field '{names[0]}' is missing (it has {', '.join(sorted(self.fields))}); add it"
        )

    def text(self, *names: str) -> str:
        """A text; numbers are written out."""
        found = self.value(*names)
        if isinstance(found, str) and found.strip():
            return found
        if isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found):
            return str(found)
        raise self.wrong(names, found, "text")

    def whole(self, *names: str) -> int:
        """A whole number."""
        found = self.value(*names)
        number = self._number(found)
        if number is not None and float(number).is_integer() and abs(number) <= LARGEST:
            return int(number)
        raise self.wrong(names, found, "a whole number")

    def real(self, *names: str) -> float:
        """A finite number."""
        found = self.value(*names)
        number = self._number(found)
        if number is not None:
            return float(number)
        raise self.wrong(names, found, "a number")

    def flag(self, *names: str) -> bool:
        """True or false; 1, 0 and their decimals count."""
        found = self.value(*names)
        if not self.typed and str(found).lower() in FLAGS:
            return FLAGS[str(found).lower()]
        if isinstance(found, bool | int | float) and found in (True, False):
            return bool(found)
        raise self.wrong(names, found, "true or false")

    def string(self, name: str) -> str | None:
        """A text as it is, which a row may lack."""
        found = self.get(name)
        if found is not None and not isinstance(found, str):
            raise self.wrong((name,), found, "text")
        return found

    def part(self, name: str) -> "Row":
        """An object inside the row; one without fields where the row lacks it."""
        found = self.get(name)
        if found is not None and not isinstance(found, dict):
            raise self.wrong((name,), found, "an object")
        return Row(self.place, found or {}, self.typed)

    def listed(self, name: str) -> list[Any]:
        """A list that a row may lack."""
        found = self.get(name)
        if found is not None and not isinstance(found, list):
            raise self.wrong((name,), found, "a list")
        return found or []

    def wrong(self, names: tuple[str, ...], found: Any, wanted: str) -> ImportFileError:
        """The error of a field of another kind."""
        name = next((column for column in names if self.get(column) is not None), names[0])
        return ImportFileError(
            f"{self.place}: field '{name}' must be {wanted}, but is {shown(found)}; correct it"
        )

    def _number(self, found: Any) -> int | float | None:
        if isinstance(found, str) and not self.typed:
            try:
                # float takes 1_000, as Python writes numbers and tables do not.
                found = None if "_" in found else float(found)
            except ValueError:
                return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            return None
        # A whole number may be too large for a float.
        return found if abs(found) <= LARGEST or (isinstance(found, float) and math.isfinite(found)) else None


def shown(found: Any) -> str:
    """A value as messages show it, cut where it is long."""
    text = repr(found)
    return text if len(text) <= 60 else f"{text[:57]}..."


def optional_text(row: Row, *names: str) -> str | None:
    """A text that a row may lack."""
    return row.text(*names) if row.has(*names) else None


def optional_whole(row: Row, *names: str) -> int | None:
    """A whole number that a row may lack."""
    return row.whole(*names) if row.has(*names) else None


def uid_of(row: Row, pattern: str | None = None, names: tuple[str, ...] = UID_FIELDS) -> str:
    """The row's uid: the field that `pattern` names, or a pattern such as `aime{year}_{problem_idx}` filled
    with its fields; without one the first of `names` that is there.
    """
    if pattern is None:
        return row.text(*names)
    if "{" not in pattern:
        return row.text(pattern)
    # Not str.format, which would let a pattern reach into objects.
    return PLACEHOLDER.sub(lambda match: row.text(match[1]), pattern)


def unique(rows: list[Row], uids: list[str]) -> None:
    """Raises ImportFileError naming both places when two rows are about one problem."""
    first: dict[str, str] = {}
    for row, uid in zip(rows, uids, strict=True):
        if uid in first:
            raise ImportFileError(
                f"{row.place}: problem '{uid}' again, first at {first[uid]}; remove one of the two rows, or "
                "choose one of several sets by --where"
            )
        first[uid] = row.place
