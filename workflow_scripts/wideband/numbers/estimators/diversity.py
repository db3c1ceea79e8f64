"""Means over problems of measures of diversity, and errors of measures of texts."""

import math
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


@estimator(
    "texts.sampling_error",
    unit=metric_unit,
    source="Cochran 1977, simple random sampling without replacement in strata; √Σ s² / P",
)
def sampling_error(frames: Sequence[pd.DataFrame], metric: str) -> Estimate:
    """Standard error of a mean over prompts that comes of drawing pairs inside each prompt."""
    errors = measured(frames[0], metric)
    value = math.sqrt(float((errors**2).sum())) / len(errors) if len(errors) else math.nan
    return Estimate(value, None, len(errors))
