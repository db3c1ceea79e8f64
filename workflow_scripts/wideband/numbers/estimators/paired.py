"""Paired comparison of any per-problem metric. Tables: first arm, second arm (of the same metric file)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...metrics.bootstrap import Bootstrap, divide
from ...metrics.estimate import Estimate
from ...metrics.holm import holm
from ...metrics.paired_tests import t_test, wilcoxon_p
from ...metrics.per_problem import paired
from ..registry import estimator
from .units import metric_unit

Values = tuple[np.ndarray, np.ndarray]


def values(frames: Sequence[pd.DataFrame], metric: str) -> Values:
    """Values of both arms over the problems measured in both."""
    return paired(frames[0], frames[1], metric)


def family(frames: Sequence[pd.DataFrame], metric: str) -> list[Estimate]:
    """Holm-adjusted p of the paired t-test of every member: tables are (first, second) of each in turn."""
    members = [values(frames[start : start + 2], metric) for start in range(0, len(frames), 2)]
    adjusted = holm(np.array([t_test(*member)[1] for member in members]))
    return [Estimate(float(p), None, len(member[0])) for p, member in zip(adjusted, members, strict=True)]


@estimator(
    "paired.difference",
    unit=metric_unit,
    source="mean over problems of first − second; Efron 1979",
    prepare=values,
)
def difference(arms: Values, metric: str, boot: Bootstrap) -> Estimate:
    """Problem-clustered interval."""
    return boot.mean(arms[0] - arms[1])


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


@estimator("paired.holm_p", unit="p", source="Holm 1979 over the family of paired t-tests", prepare=family)
def holm_p(adjusted: list[Estimate], metric: str, member: int) -> Estimate:
    """Tables: (first, second) of every member of the family in turn; n is the member's number of problems."""
    return adjusted[member]
