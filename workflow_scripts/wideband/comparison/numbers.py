"""Which numbers of two studies differ, and whether beyond the interval of their difference.

That interval is paired by item where the number is a mean or quotient over items and both studies have the
same ones: items are resampled together (Efron 1979; score interval where nearly all agree). Elsewhere both
intervals are taken for independent, their distances squared and added (Newcombe 1998, method 10; Zou and
Donner 2008, Statistics in Medicine 27:1693-1702). Where a number has no interval, its difference has none.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from ..errors import WidebandError
from ..metrics.bootstrap import Bootstrap, divide
from ..metrics.estimate import Interval
from ..metrics.ranges import difference_of
from ..numbers import NumberRecord
from .by_item import Items, read
from .finished import Finished

PAIRED, INDEPENDENT = "paired", "independent"
SAME, BEYOND, WITHIN, OPEN, OTHER = "same", "beyond", "within", "no interval", "not comparable"
# How an interval is drawn: whether it can be had does not depend on what the number measures.
DRAWN = frozenset({"confidence", "resamples"})
ROUNDING = 1e-9


@dataclass(frozen=True)
class Pair:
    """A number of both studies.

    Attributes:
        verdict: SAME (value and interval are equal), BEYOND (they differ, and the interval of the difference
            leaves out zero), WITHIN (it does not), OPEN (they differ and there is none), or OTHER (one id,
            but not the same was computed; `why` says what differs).
        difference: first − second; None where either is undefined.
        method: PAIRED or INDEPENDENT, empty without an interval.
    """

    first: NumberRecord
    second: NumberRecord
    verdict: str
    difference: float | None = None
    interval: Interval | None = None
    method: str = ""
    why: str = ""

    @property
    def id(self) -> str:
        """The number's id, the same in both."""
        return self.first.id


def pairs(first: Finished, second: Finished) -> Iterator[Pair]:
    """Every number that both have, in the order of the first."""
    items = _Shared(first, second)
    for identity, record in first.records.items():
        if identity in second.records:
            yield _pair(record, second.records[identity], items)


def _pair(first: NumberRecord, second: NumberRecord, items: "_Shared") -> Pair:
    if why := _otherwise(first, second):
        return Pair(first, second, OTHER, why=why)
    if (first.value, first.ci) == (second.value, second.ci):
        return Pair(first, second, SAME, None if first.value is None else 0.0)
    if first.value is None or second.value is None:
        return Pair(first, second, OPEN, why="undefined in one of them")
    difference = first.value - second.value
    interval, method = items.interval(first, second)
    if interval is None:
        return Pair(first, second, OPEN, difference, why="no interval is known of it")
    beyond = interval[0] > 0 or interval[1] < 0
    return Pair(first, second, BEYOND if beyond else WITHIN, difference, interval, method)


def _otherwise(first: NumberRecord, second: NumberRecord) -> str:
    """What was computed otherwise under the same id; empty where nothing was."""
    if first.estimator != second.estimator or first.unit != second.unit:
        return f"{first.estimator} in {first.unit}, {second.estimator} in {second.unit}"
    keys = sorted((first.args.keys() | second.args.keys()) - DRAWN)
    named = [key for key in keys if first.args.get(key) != second.args.get(key)]
    if first.args.get("confidence") != second.args.get("confidence"):
        named.append("confidence")
    return "; ".join(f"{key} {first.args.get(key)}, {second.args.get(key)}" for key in named)


class _Shared:
    """The items of two studies, and intervals of differences over them."""

    def __init__(self, first: Finished, second: Finished) -> None:
        self.studies = first, second
        settings = first.study.statistics
        self.boot = Bootstrap(settings.confidence, settings.resamples, settings.seed)
        self._problems: dict[str, tuple[pd.DataFrame, pd.DataFrame] | None] = {}

    def interval(self, first: NumberRecord, second: NumberRecord) -> tuple[Interval | None, str]:
        """Of the difference first − second, with its method; None where a number has no interval."""
        if first.ci is None or second.ci is None:
            return None, ""
        if found := self._paired(first, second):
            return found, PAIRED
        return independent(first, second), INDEPENDENT

    def _paired(self, first: NumberRecord, second: NumberRecord) -> Interval | None:
        both = [_items(record, study) for record, study in zip((first, second), self.studies, strict=True)]
        if both[0] is None or both[1] is None or not both[0].above.index.equals(both[1].above.index):
            return None
        if not self._same(PurePosixPath(first.inputs[0].path).name, list(both[0].above.index)):
            return None
        return paired(both[0], both[1], self.boot)

    def _same(self, table: str, uids: list[str]) -> bool:
        """Whether a slice has these items in both studies, with the same content."""
        if table not in self._problems:
            try:
                frames = [study.tables.frame(f"data/{table}").set_index("uid") for study in self.studies]
                self._problems[table] = frames[0], frames[1]
            except WidebandError:
                self._problems[table] = None
        known = self._problems[table]
        if known is None or not all(set(uids) <= set(frame.index) for frame in known):
            return False
        one, other = (frame.loc[uids].astype(str) for frame in known)
        return one.equals(other)


def _items(record: NumberRecord, study: Finished) -> Items | None:
    """A number by item; None where that does not give the number itself again."""
    frames = study.tables.frames([table.path for table in record.inputs])
    found = read(record.estimator, frames, record.args)
    if found is None or record.value is None:
        return None
    return found if abs(found.value - record.value) <= ROUNDING * max(1.0, abs(record.value)) else None


def paired(first: Items, second: Items, boot: Bootstrap) -> Interval | None:
    """Interval of first − second over the same items, drawn together."""
    if first.mean and second.mean:
        values = (first.above - second.above).to_numpy(dtype=float)
        return boot.mean(values, difference_of(first.within)).interval
    sums = [
        (sums_of.above.to_numpy(dtype=float), sums_of.below.to_numpy(dtype=float))
        for sums_of in (first, second)
    ]

    def difference(weights: np.ndarray) -> np.ndarray:
        one, other = (divide(weights @ above, weights @ below) for above, below in sums)
        # A resample without anything below in both says nothing: infinity less infinity.
        with np.errstate(invalid="ignore"):
            return one - other

    return boot.statistic(difference, len(first.above)).interval


def independent(first: NumberRecord, second: NumberRecord) -> Interval:
    """Interval of the difference of two numbers from their own intervals; an end of None is unbounded."""
    low, high = _ends(first)
    least, most = _ends(second)
    value = first.value - second.value
    below = math.hypot(first.value - low, most - second.value)
    above = math.hypot(high - first.value, second.value - least)
    return (value - below, value + above)


def _ends(record: NumberRecord) -> Interval:
    low, high = record.ci
    return (-math.inf if low is None else low, math.inf if high is None else high)
