"""A comparison on the terminal: what differs beyond chance in full, the rest by its count."""

from collections.abc import Iterator, Sequence

from ..report.formats import render, render_interval
from .compare import VERDICTS, Comparison
from .finished import Finished
from .numbers import BEYOND, OPEN, OTHER, SAME, WITHIN, Pair
from .settings import Setting

FORM = ".4g"
LONGEST = 60
ABSENT = "(not there)"
SAID = {
    BEYOND: "differ beyond the interval of their difference",
    WITHIN: "differ within it",
    OPEN: "differ and have no interval (counts, p-values, undefined ones)",
    OTHER: "go by one id but were computed otherwise",
    SAME: "are the same in value and interval",
}
HEADINGS = (
    ("settings of the study", "studies"),
    ("of single jobs beyond it", "jobs"),
    ("what made the results", "makers"),
)


def lines(found: Comparison) -> Iterator[str]:
    """The whole text, line by line."""
    yield from _studies(found.first, found.second)
    for heading, name in HEADINGS:
        rows: list[Setting] = getattr(found, name)
        yield f"\n{heading}: {f'{len(rows)} differ' if rows else 'none differ'}"
        yield from _aligned([[f"  {row.key}", f"{cut(row.first)} → {cut(row.second)}"] for row in rows])
    only_a, only_b = map(len, found.only)
    yield f"\nnumbers: {len(found.pairs)} in both, {only_a} only in a, {only_b} only in b"
    for verdict in VERDICTS:
        yield f"{len(found.having(verdict)):8d} {SAID[verdict]}"
    beyond = found.having(BEYOND)
    if beyond:
        yield ""
        yield from _aligned([["id", "a", "b", "a − b", "interval", "how"], *map(row, beyond)])
    yield from ("", chance(found))


def row(pair: Pair) -> list[str]:
    """A number as cells: id, both values, difference, interval, method."""
    interval = "" if pair.interval is None else render_interval(pair.interval, "+" + FORM)
    values = (render(record.value, FORM) for record in (pair.first, pair.second))
    return [pair.id, *values, render(pair.difference, "+" + FORM), interval, pair.method]


def chance(found: Comparison) -> str:
    """How to read the count of those beyond."""
    level = f"{found.first.study.statistics.confidence:.0%}"
    return (
        f"Intervals are {level} ones, each number by itself: if nothing differed, about "
        f"{found.by_chance:.0f} numbers would lie beyond theirs. Numbers of the same rollouts move together."
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
    for cells in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
