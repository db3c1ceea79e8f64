"""Which problem a row is about."""

import re

from .errors import ImportFileError
from .row import Row

UID = ("uid", "unique_id", "problem_id", "task_id", "id", "doc_id", "idx")
FIELD = re.compile(r"\{([^{}]*)\}")


def uid_of(row: Row, pattern: str | None = None, names: tuple[str, ...] = UID) -> str:
    """The row's uid: the field that `pattern` names, or a pattern such as `aime{year}_{problem_idx}` filled
    with its fields; without one the first of `names` that is there.
    """
    if pattern is None:
        return row.text(*names)
    if "{" not in pattern:
        return row.text(pattern)
    # Not str.format, which would let a pattern reach into objects.
    return FIELD.sub(lambda match: row.text(match[1]), pattern)


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
