"""The counts of rollouts without a verdict that belong to a number."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from . import ids
from .book import Book


def undecided_counts(book: Book, paths: Iterable[str]) -> list[str]:
    """Ids of the counts, where not zero, of the evaluations whose tables a number was computed from."""
    found = dict.fromkeys(filter(None, map(_count, paths)))
    return [identity for identity in found if book.value(identity)]


def _count(path: str) -> str | None:
    parts = PurePosixPath(path).with_suffix("").parts
    if len(parts) != 5 or parts[0] not in ("metrics", "arms"):
        return None
    # metrics/<metric>/<arm>/<checkpoint>/<slice> and arms/<arm>/<checkpoint>/<table>/<slice>
    arm, checkpoint = parts[2:4] if parts[0] == "metrics" else parts[1:3]
    return ids.undecided(parts[4], arm, checkpoint)
