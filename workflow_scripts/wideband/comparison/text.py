"""A comparison on the terminal: what differs beyond chance in full, the rest by its count."""

from collections.abc import Iterator, Sequence

from .compare import VERDICTS, Comparison
from .finished import Finished
from .numbers import BEYOND, OPEN, OTHER, SAME, WITHIN
from .settings import Setting
from .words import Row, by_benchmark, rows

LONGEST = 60
ABSENT = "(not there)"
SAID = {
    BEYOND: "differ: the interval of the difference excludes zero",
    WITHIN: "show no difference: the interval of the difference includes zero",
    OPEN: "differ, but have no interval (counts, p-values, undefined numbers)",
    OTHER: "have one id in both studies but were computed in different ways",
    SAME: "are the same in value and interval",
}
HEADINGS = (
    ("settings of the study", "studies"),
    ("settings of single jobs", "jobs"),
    ("code, packages and machine", "makers"),
)
COLUMNS = ("quantity", "arm, checkpoint", "a", "b", "a − b", "n", "interval", "id")


def lines(found: Comparison) -> Iterator[str]:
    """The whole text, line by line."""
    yield from _studies(found.first, found.second)
    for heading, name in HEADINGS:
        changes: list[Setting] = getattr(found, name)
        yield f"\n{heading}: {f'{len(changes)} differ' if changes else 'none differ'}"
        yield from _aligned([_change(change) for change in changes])
    only_a, only_b = map(len, found.only)
    yield f"\nnumbers: {len(found.pairs)} in both, {only_a} only in a, {only_b} only in b"
    for verdict in VERDICTS:
        yield f"{len(found.having(verdict)):8d} {SAID[verdict]}"
    yield from ("", chance(found))
    for benchmark, group in by_benchmark(rows(found.having(BEYOND), found.first.study)):
        yield f"\n{benchmark}"
        yield from _aligned([COLUMNS, *map(cells, group)])


def _change(change: Setting) -> list[str]:
    values = f"{cut(change.first)} → {cut(change.second)}"
    return [f"  {change.meaning or change.key}", values, change.key if change.meaning else ""]


def cells(row: Row) -> list[str]:
    """A number as cells, in the order of COLUMNS."""
    sides = [
        f"{value} {interval}".rstrip() for value, interval in zip(row.values, row.intervals, strict=True)
    ]
    difference = f"{row.difference} {row.interval}".rstrip()
    return [row.what, row.whose, *sides, difference, row.n, row.how, row.pair.id]


def chance(found: Comparison) -> str:
    """How to read the count of those beyond."""
    level = f"{found.first.study.statistics.confidence:.0%}"
    return (
        f"Each {level} interval is for one number alone. If the studies did not differ at all, about "
        f"{found.by_chance:.0f} of these intervals would exclude zero by chance. Numbers computed from the "
        "same rollouts move together."
    )


def cut(value: str | None) -> str:
    """A value in one short piece of a line; control characters of a study's texts are escaped by JSON."""
    text = ABSENT if value is None else value
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _studies(*both: Finished) -> Iterator[str]:
    for letter, study in zip("ab", both, strict=True):
        yield f"{letter}  {study.place}: {study.study.title}"
        yield f"   {len(study.records)} numbers, ledger head {study.head[:16]}, {study.audit}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
