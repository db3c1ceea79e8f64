"""Paired comparison of any per-problem metric. Tables: first arm, second arm (of the same metric file)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...metrics import passk_compare
from ...metrics.bootstrap import Bootstrap, divide
from ...metrics.estimate import Estimate, Interval
from ...metrics.paired_tests import holm, t_test, wilcoxon_p
from ...metrics.passk import k_of
from ...metrics.per_problem import paired
from ...metrics.ranges import difference_of, range_of
from ..registry import estimator
from .units import metric_unit

Values = tuple[np.ndarray, np.ndarray]


def values(frames: Sequence[pd.DataFrame], metric: str) -> Values:
    """Values of both arms over the problems measured in both."""
    k = k_of(metric)
    return paired(frames[0], frames[1], metric) if k is None else passk_compare.shared(*frames[:2], k)


def ranged(frames: Sequence[pd.DataFrame], metric: str) -> tuple[np.ndarray, Interval | None]:
    """First − second by problem, and the range that such a difference can have."""
    first, second = values(frames, metric)
    rollouts = max(int(frame["n"].max()) for frame in frames[:2])
    return first - second, difference_of(range_of(metric, rollouts))


def adjusted(frames: Sequence[pd.DataFrame], metric: str) -> np.ndarray:
    """Holm-adjusted p of the paired t-test of every member: tables are (first, second) of each in turn."""
    members = [values(frames[start : start + 2], metric) for start in range(0, len(frames), 2)]
    return holm(np.array([t_test(*member)[1] for member in members]))


@estimator(
    "paired.difference",
    unit=metric_unit,
    source="mean over problems of first − second; Efron 1979, Tango 1998 where no problem differs",
    prepare=ranged,
)
def difference(pairs: tuple[np.ndarray, Interval | None], metric: str, boot: Bootstrap) -> Estimate:
    """Problem-clustered interval."""
    return boot.mean(*pairs)


@estimator(
    "paired.relative",
    unit="fraction",
    source="mean of first / mean of second − 1 on shared problems; Efron 1979",
    prepare=values,
)
def relative(arms: Values, metric: str, boot: Bootstrap) -> Estimate:
    """Null when the second mean is 0."""
    first, second = arms
    if not second.sum():
        return Estimate(float("nan"), None, len(first))
    return boot.statistic(lambda weights: divide(weights @ first, weights @ second) - 1, len(first))


@estimator("paired.t", unit="t", source="Student 1908, paired over problems", prepare=values)
def t_value(arms: Values, metric: str) -> Estimate:
    """t of the paired differences."""
    return Estimate(t_test(*arms)[0], None, len(arms[0]))


@estimator("paired.t_p", unit="p", source="Student 1908, paired over problems, two-sided", prepare=values)
def t_p(arms: Values, metric: str) -> Estimate:
    """p of the paired t-test, not adjusted."""
    return Estimate(t_test(*arms)[1], None, len(arms[0]))


@estimator(
    "paired.wilcoxon_p",
    unit="p",
    source="Wilcoxon 1945, signed ranks over problems, two-sided",
    prepare=values,
)
def signed_rank_p(arms: Values, metric: str) -> Estimate:
    """p of the signed-rank test, not adjusted."""
    return Estimate(wilcoxon_p(*arms), None, len(arms[0]))


@estimator("paired.holm_p", unit="p", source="Holm 1979 over a family of paired t-tests", prepare=adjusted)
def holm_p(p_values: np.ndarray, metric: str, family: list[str], member: int) -> Estimate:
    """p of one comparison of the `family`, adjusted for all of them; n is the size of the family.

    Tables: (first, second) of every member in turn. See `wideband.numbers.plan` for which they are.
    """
    return Estimate(float(p_values[member]), None, len(family))
