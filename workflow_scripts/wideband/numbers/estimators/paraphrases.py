"""Metrics by item of one way of asking for one answer space, an item for each order of its options.

Tables: answers (of the second arm as well), problems of the slice.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate, Interval
from ...metrics.per_problem import column, measured
from ...metrics.ranges import difference_of, range_of
from ...spaces.asking import paraphrase_of
from ..registry import estimator
from .units import metric_unit

Frames = Sequence[pd.DataFrame]
# Values by item, and the range of one, by answer space and way of asking.
Ways = dict[tuple[str, int], tuple[np.ndarray, Interval | None]]


def of_one(frames: Frames, metric: str) -> Ways:
    """Of one arm."""
    found = _grouped(measured(frames[0], metric), frames[0], frames[-1], metric)
    return {way: (values, range_of(metric, n)) for way, (values, n) in found.items()}


def of_two(frames: Frames, metric: str) -> Ways:
    """First − second, over the items that both have measured."""
    apart = (measured(frames[0], metric) - measured(frames[1], metric)).dropna()
    found = _grouped(apart, frames[0], frames[-1], metric)
    return {way: (values, difference_of(range_of(metric, n))) for way, (values, n) in found.items()}


@estimator(
    "paraphrases.mean",
    unit=metric_unit,
    source="mean over orders of the options of a metric of wideband.metrics.by_item",
    prepare=of_one,
)
def mean(ways: Ways, metric: str, space: str, paraphrase: int, boot: Bootstrap) -> Estimate:
    """Interval from resampling orders; of a single order none over items, over training runs if several."""
    return _over_orders(ways, (space, paraphrase), boot)


@estimator(
    "paraphrases.difference",
    unit=metric_unit,
    source="mean over orders of the options of first − second",
    prepare=of_two,
)
def difference(ways: Ways, metric: str, space: str, paraphrase: int, boot: Bootstrap) -> Estimate:
    """Paired by item; interval as of paraphrases.mean."""
    return _over_orders(ways, (space, paraphrase), boot)


def _over_orders(ways: Ways, way: tuple[str, int], boot: Bootstrap) -> Estimate:
    if way not in ways:  # A short slice has no item of it.
        return Estimate(math.nan, None, 0)
    values, within = ways[way]
    return boot.mean(values, within) if len(values) > 1 else boot.exact(float(values[0]), within)


def _grouped(
    values: pd.Series, table: pd.DataFrame, problems: pd.DataFrame, metric: str
) -> dict[tuple[str, int], tuple[np.ndarray, int]]:
    """Of values by uid those of each way of asking, and the n that the metric's range depends on."""
    spaces, counts = problems.set_index("uid")["space"], column(table, metric, "n")
    uids: dict[tuple[str, int], list[str]] = {}
    for uid in values.index:
        uids.setdefault((spaces[uid], paraphrase_of(uid)), []).append(uid)
    return {way: (values[of].to_numpy(), int(counts[of].max())) for way, of in uids.items()}
