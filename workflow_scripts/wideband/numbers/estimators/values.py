"""Imported values per item. Tables: metrics of one condition or two, of the metric that args name.

`items` chooses some of them, None takes all that were measured. n counts items. Intervals resample items, and
there is none of fewer than five: so few say nothing of others like them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate, Interval
from ...metrics.imported_names import range_of, unit_of
from ...metrics.intervals import wilson
from ...metrics.per_problem import column, measured
from ...metrics.ranges import difference_of
from ...metrics.reported import nearest_share
from ...metrics.shares import share
from ..registry import estimator

Frames = Sequence[pd.DataFrame]
Items = list[str] | None
FEWEST = 5


def _unit(args: dict[str, object]) -> str:
    return unit_of(str(args["metric"]))


def chosen(frame: pd.DataFrame, metric: str, items: Items) -> pd.Series:
    """Values by uid, of these items where they were measured."""
    found = measured(frame, metric)
    return found if items is None else found[found.index.isin(items)]


def _shared(frames: Frames, metric: str, items: Items) -> list[np.ndarray]:
    """Values of every table over the items that all of them have, in uid order."""
    found = [chosen(frame, metric, items) for frame in frames]
    uids = [uid for uid in found[0].index if all(uid in column.index for column in found)]
    return [column[uids].to_numpy() for column in found]


def _mean(values: np.ndarray, within: Interval | None, boot: Bootstrap) -> Estimate:
    found = boot.mean(values, within)
    return found if len(values) >= FEWEST else replace(found, interval=None)


def _range(frame: pd.DataFrame, metric: str) -> Interval | None:
    return range_of(metric, int(column(frame, metric, "n").max()))


@estimator("values.mean", unit=_unit, source="mean over items; Efron 1979")
def mean(frames: Frames, metric: str, items: Items, boot: Bootstrap) -> Estimate:
    """Interval from resampling items."""
    return _mean(chosen(frames[0], metric, items).to_numpy(), _range(frames[0], metric), boot)


@estimator("values.shared", unit=_unit, source="mean over items that all have; Efron 1979")
def shared(frames: Frames, metric: str, boot: Bootstrap) -> Estimate:
    """Of the first condition, over the items that all conditions have; interval from resampling these."""
    return _mean(_shared(frames, metric, None)[0], _range(frames[0], metric), boot)


@estimator("values.difference", unit=_unit, source="mean over items of first − second; Efron 1979")
def difference(frames: Frames, metric: str, items: Items, boot: Bootstrap) -> Estimate:
    """Over the items that both conditions have; interval from resampling these."""
    first, second = _shared(frames, metric, items)
    return _mean(first - second, difference_of(_range(frames[0], metric)), boot)


@estimator("values.sign", unit="items", source="count of items by the sign of first − second")
def sign(frames: Frames, metric: str, items: Items, what: str) -> Estimate:
    """`what`: higher, equal or lower."""
    first, second = _shared(frames, metric, items)
    signs = np.sign(np.round(first - second, 9))
    counts = {"higher": signs > 0, "equal": signs == 0, "lower": signs < 0}
    return Estimate(float(counts[what].sum()), None, len(first))


@estimator("values.past", unit="items", source="count of items above a threshold")
def past(frames: Frames, metric: str, items: Items, threshold: float) -> Estimate:
    """How many items have a greater value."""
    found = chosen(frames[0], metric, items).to_numpy()
    return Estimate(float((found > threshold).sum()), None, len(found))


@estimator("values.effect", unit=_unit, source="effects of a 2 × 2 design, by item (Yates 1937); Efron 1979")
def effect(frames: Frames, metric: str, what: str, boot: Bootstrap) -> Estimate:
    """Tables: first arm later and earlier, second arm later and earlier.

    `what`: training (later − earlier, mean of both arms), arm (second − first, mean of both checkpoints), or
    interaction (what training does to the second arm less what it does to the first).
    """
    first, first_before, second, second_before = _shared(frames, metric, None)
    gains = first - first_before, second - second_before
    effects = {
        "training": (gains[0] + gains[1]) / 2,
        "arm": (second - first + second_before - first_before) / 2,
        "interaction": gains[1] - gains[0],
    }
    return _mean(effects[what], None, boot)


@estimator(
    "values.numpy_end", unit=_unit, source="percentile bootstrap of a mean with numpy.random.default_rng"
)
def numpy_end(
    frames: Frames, metric: str, draws: int, numpy_seed: int, confidence: float, end: str
) -> Estimate:
    """An end of an interval as its authors drew it: of the mean, or of first − second where there are two.

    Items in the order of their numbers, or of their names where they have none.
    """
    found = [measured(frame, metric) for frame in frames]
    uids = sorted(set.intersection(*(set(column.index) for column in found)), key=_place)
    values = found[0][uids].to_numpy()
    values = values - found[1][uids].to_numpy() if len(found) > 1 else values
    drawn = np.random.default_rng(numpy_seed).integers(0, len(values), size=(draws, len(values)))
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(values[drawn].mean(axis=1), [tail, 100 - tail])
    return Estimate(float({"low": low, "high": high}[end]), None, len(values))


def _place(uid: str) -> tuple[bool, int, str]:
    return (False, int(uid), "") if uid.isdecimal() else (True, 0, uid)


@estimator("values.cells", unit="cells", source="count of measured values")
def cells(frames: Frames, metric: str) -> Estimate:
    """Tables: all conditions of a slice. n counts conditions."""
    return Estimate(float(sum(len(measured(frame, metric)) for frame in frames)), None, len(frames))


@estimator("values.nearest_share", unit="%", source="GRIM, Brown and Heathers 2017; Wilson 1927")
def nearest(frames: Frames, metric: str, confidence: float) -> Estimate:
    """The percentage nearest to the printed one that a whole number of questions can give.

    Of the questions of all items together, which n counts; the interval takes them for independent.
    """
    printed, n = column(frames[0], metric).dropna(), column(frames[0], metric, "n")
    asked = n[printed.index]
    questions = int(asked.sum())
    if not questions:
        return Estimate(float("nan"), None, 0)
    share = nearest_share(float((printed * asked).sum() / questions), questions)
    low, high = wilson(round(share * questions / 100), questions, confidence)
    return Estimate(share, (100 * low, 100 * high), questions)


@estimator("values.unmeasured", unit="cells", source="count of empty cells")
def unmeasured(frames: Frames) -> Estimate:
    """Cells of an imported grid that have no value. n counts cells."""
    return Estimate(float(frames[0]["value"].isna().sum()), None, len(frames[0]))


@estimator("values.relative", unit="fraction", source="first / second − 1; Efron 1979")
def relative(frames: Frames, metric: str, items: Items, how: str, boot: Bootstrap) -> Estimate:
    """Over the items that both have. `how`: a mean of ratios, or a ratio of means."""
    found = np.stack(_shared(frames, metric, items))
    whole = share([found], lambda means: (means[0] - means[1], means[1]), how, boot)
    ends = whole.interval and (whole.interval[0] / 100, whole.interval[1] / 100)
    return Estimate(whole.value / 100, ends, whole.n)
