"""Errors of measures of texts. Table: entailment (metrics)."""

import math
from collections.abc import Sequence

import pandas as pd

from ...metrics.estimate import Estimate
from ...metrics.per_problem import measured
from ..registry import estimator
from .units import metric_unit


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
