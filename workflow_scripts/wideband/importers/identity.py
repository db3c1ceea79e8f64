"""Which problem a row is about."""

import string

from .errors import ImportFileError
from .files import Row

UID = ("uid", "unique_id", "problem_id", "id", "doc_id")


def uid_of(row: Row, pattern: str | None = None) -> str:
    """The row's uid: its field uid, unique_id, problem_id, id or doc_id, or a pattern such as
    `aime{year}_{problem_idx}` filled with its fields.
    """
    if pattern is None:
        return row.text(*UID)
    names = [name for _, name, _, _ in string.Formatter().parse(pattern) if name]
    return pattern.format(**{name: row.value(name) for name in names})


def unique(rows: list[Row], uids: list[str]) -> None:
    """Raises ImportFileError naming both places when two rows are about one problem."""
    first: dict[str, str] = {}
    for row, uid in zip(rows, uids, strict=True):
        if uid in first:
            raise ImportFileError(
                f"{row.place}: problem '{uid}' again, first at {first[uid]}; remove one of the two rows, or "
                "choose one of several sets by `where`"
            )
        first[uid] = row.place
