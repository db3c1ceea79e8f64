"""Numbers of two studies in words: what each is and of what, both values, and the difference, rounded."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ..config import Study
from ..numbers import NumberRecord
from ..report.described import Ids, form_of
from ..report.formats import fitted, in_points, render, render_interval, unit
from .numbers import Pair

PLACES = ",.4g"


@dataclass(frozen=True)
class Row:
    """A number of both studies as a reader sees it.

    Attributes:
        benchmark: the title of what it was measured on; empty where the number is of no benchmark.
        what: the quantity, with its unit where the values do not say it.
        whose: the arms and the checkpoint.
        values, intervals: as printed, of the first and the second study.
        difference: first − second with its interval, empty where there is none.
        n: how many items, of both where they differ.
        how: how the interval of the difference was computed, or why there is none.
    """

    pair: Pair
    benchmark: str
    what: str
    whose: str
    values: tuple[str, str]
    intervals: tuple[str, str]
    difference: str
    interval: str
    n: str
    how: str


def rows(pairs: Iterable[Pair], study: Study) -> list[Row]:
    """The numbers by benchmark, in the order of the study; titles are those of `study`."""
    ids, found = Ids(study), []
    for pair in pairs:
        about = ids.about(pair.id)
        _, benchmark, arms, checkpoint = ids.named(about)
        whose = ", ".join(filter(None, (arms, checkpoint)))
        found.append(_row(pair, benchmark if about.benchmark else "", ids.quantity(pair.first), whose))
    order = list(dict.fromkeys(row.benchmark for row in found))
    return sorted(found, key=lambda row: order.index(row.benchmark))


def by_benchmark(found: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows under the title of what they were measured on."""
    for benchmark, group in groupby(found, key=lambda row: row.benchmark):
        yield benchmark or "Of no single benchmark", list(group)


def _row(pair: Pair, benchmark: str, what: str, whose: str) -> Row:
    records = pair.first, pair.second
    forms = [fitted(form_of(record), _ends(record)) for record in records]
    values = [render(record.value, form) + unit(form) for record, form in zip(records, forms, strict=True)]
    intervals = [
        "" if record.ci is None else render_interval(_ends(record), form)
        for record, form in zip(records, forms, strict=True)
    ]
    form = fitted(_form_of_difference(form_of(pair.first)), pair.interval)
    difference = "" if pair.difference is None else render(pair.difference, form) + unit(form)
    interval = "" if pair.interval is None else render_interval(pair.interval, form)
    n = " and ".join(dict.fromkeys(f"{record.n:,}" for record in records))
    counts = (values[0], values[1]), (intervals[0], intervals[1])
    return Row(pair, benchmark, what, whose, *counts, difference, interval, n, pair.method or pair.why)


def _form_of_difference(form: str) -> str:
    """The form of a − b: with its sign, of shares in percentage points."""
    if form == "p":
        return f"+{PLACES}"
    return form if form.endswith("pp") else in_points(form.removeprefix("+"))


def _ends(record: NumberRecord) -> tuple[float, float] | None:
    if record.ci is None:
        return None
    low, high = record.ci
    return (-math.inf if low is None else low, math.inf if high is None else high)
