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

Frames = Sequence[pd.DataFrame]


@estimator("paired.difference", unit=metric_unit, source="mean over problems of first − second; Efron 1979")
def difference(frames: Frames, metric: str, boot: Bootstrap) -> Estimate:
    """Over problems measured in both arms, problem-clustered interval."""
    first, second = paired(frames[0], frames[1], metric)
    return boot.mean(first - second)


@estimator(
    "paired.relative",
    unit="fraction",
    source="mean of first / mean of second − 1 on shared problems; Efron 1979",
)
def relative(frames: Frames, metric: str, boot: Bootstrap) -> Estimate:
    """Null when the second mean is 0."""
    first, second = paired(frames[0], frames[1], metric)
    if not second.sum():
        return Estimate(float("nan"), None, len(first))
    return boot.statistic(lambda weights: divide(weights @ first, weights @ second) - 1, len(first))


@estimator("paired.t", unit="t", source="Student 1908, paired over problems")
def t_value(frames: Frames, metric: str) -> Estimate:
    """t of the paired differences."""
    first, second = paired(frames[0], frames[1], metric)
    return Estimate(t_test(first, second)[0], None, len(first))


@estimator("paired.t_p", unit="p", source="Student 1908, paired over problems, two-sided")
def t_p(frames: Frames, metric: str) -> Estimate:
    """p of the paired t-test, not adjusted."""
    first, second = paired(frames[0], frames[1], metric)
    return Estimate(t_test(first, second)[1], None, len(first))


@estimator("paired.wilcoxon_p", unit="p", source="Wilcoxon 1945, signed ranks over problems, two-sided")
def signed_rank_p(frames: Frames, metric: str) -> Estimate:
    """p of the signed-rank test, not adjusted."""
    first, second = paired(frames[0], frames[1], metric)
    return Estimate(wilcoxon_p(first, second), None, len(first))


@estimator("paired.holm_p", unit="p", source="Holm 1979 over the family of paired t-tests")
def holm_p(frames: Frames, metric: str, member: int) -> Estimate:
    """Tables: (first, second) of every member of the family in turn; n is the member's number of problems."""
    family = [t_p(frames[start : start + 2], metric) for start in range(0, len(frames), 2)]
    adjusted = holm(np.array([each.value for each in family]))
    return Estimate(float(adjusted[member]), None, family[member].n)
