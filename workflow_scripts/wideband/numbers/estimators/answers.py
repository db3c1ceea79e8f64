"""Metrics by item, of one arm and gained by it. Tables: answers (after, before), problems of the slice."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...metrics.bootstrap import Bootstrap, divide
from ...metrics.estimate import Estimate, Interval
from ...metrics.paired_tests import holm
from ...metrics.per_problem import column, measured, paired
from ...metrics.ranges import difference_of, range_of
from ..registry import estimator
from .units import metric_unit

Frames = Sequence[pd.DataFrame]
# Of a space, family or kind that a short slice has no item of.
NONE = Estimate(math.nan, None, 0)


@estimator("answers.mean", unit=metric_unit, source="mean over items of a metric of wideband.metrics.by_item")
def mean(frames: Frames, metric: str, space: str | None, boot: Bootstrap) -> Estimate:
    """Over the items that give it, all or those of one answer space; interval from resampling items."""
    table = _of(frames[0], frames[-1], space)
    if table.empty:
        return NONE
    n = int(column(table, metric, "n").max())
    return boot.mean(measured(table, metric).to_numpy(), range_of(metric, n))


@estimator("answers.gain", unit=metric_unit, source="mean over items of after − before; Efron 1979")
def gain(frames: Frames, metric: str, space: str | None, boot: Bootstrap) -> Estimate:
    """Paired by item; interval from resampling items."""
    after, before = (_of(frame, frames[-1], space) for frame in frames[:2])
    if after.empty or before.empty:
        return NONE
    n = int(max(column(frame, metric, "n").max() for frame in (after, before)))
    first, second = paired(after, before, metric)
    return boot.mean(first - second, difference_of(range_of(metric, n)))


@estimator("answers.over_families", unit=metric_unit, source="over families of the mean over their items")
def over_families(frames: Frames, metric: str, of: str, boot: Bootstrap) -> Estimate:
    """Mean or median (`of`) with every family weighted equally; interval from resampling items."""
    values = measured(frames[0], metric)
    n = int(column(frames[0], metric, "n").max())
    return _of_families(values, frames[-1], of, boot, range_of(metric, n))


@estimator("answers.gain_over_families", unit=metric_unit, source="as answers.over_families, after − before")
def gain_over_families(frames: Frames, metric: str, of: str, boot: Bootstrap) -> Estimate:
    """Paired by item; the median is that of the families' gains."""
    after, before = frames[:2]
    n = int(max(column(frame, metric, "n").max() for frame in (after, before)))
    # An item that one side cannot give drops out.
    values = (measured(after, metric) - measured(before, metric)).dropna()
    return _of_families(values, frames[-1], of, boot, difference_of(range_of(metric, n)))


def _of_families(
    values: pd.Series, problems: pd.DataFrame, of: str, boot: Bootstrap, within: Interval | None
) -> Estimate:
    """Of values by uid (P,); n is the number of families.

    A resample without items of a family leaves it out.
    """
    families = problems.set_index("uid")["space"][values.index].to_numpy()
    member = (families[:, None] == np.unique(families)).astype(float)
    if not len(values):
        return Estimate(math.nan, None, 0)

    def statistic(weights: np.ndarray) -> np.ndarray:
        means = divide(weights @ (member * values.to_numpy()[:, None]), weights @ member)
        return (np.nanmean if of == "mean" else np.nanmedian)(means, axis=1)

    found = boot.statistic(statistic, len(values), within)
    return Estimate(found.value, found.interval, member.shape[1])


@estimator("answers.rejected", unit="fraction", source="Holm 1979 over the items' p; rejected / items")
def rejected(frames: Frames, metric: str, space: str | None, confidence: float) -> Estimate:
    """Items, all or those of one answer space, whose adjusted p is at most 1 − confidence.

    An item without a p, since nothing valid was sampled, counts in the family and is not one of the share.
    """
    table = _of(frames[0], frames[-1], space)
    if table.empty:
        return NONE
    p = column(table, metric).to_numpy()
    tested, found = int(np.isfinite(p).sum()), int((holm(p) <= 1 - confidence).sum())
    return Estimate(found / tested if tested else math.nan, None, tested)


def _of(table: pd.DataFrame, problems: pd.DataFrame, space: str | None) -> pd.DataFrame:
    """The rows of the items of a space; all where none is named."""
    if space is None:
        return table
    return table[table["uid"].isin(problems.loc[problems["space"] == space, "uid"])]
