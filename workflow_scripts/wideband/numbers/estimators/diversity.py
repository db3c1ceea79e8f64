"""Diversity of one arm. Table: diversity."""

from collections.abc import Sequence

import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ...metrics.per_problem import column, measured
from ...metrics.ranges import range_of
from ..registry import estimator
from .units import metric_unit


@estimator(
    "diversity.mean", unit=metric_unit, source="mean over problems of a metric of wideband.metrics.diversity"
)
def mean(frames: Sequence[pd.DataFrame], metric: str, boot: Bootstrap) -> Estimate:
    """Over problems with at least two usable rollouts, problem-clustered interval."""
    n = int(column(frames[0], metric, "n").max())
    return boot.mean(measured(frames[0], metric).to_numpy(), range_of(metric, n))
