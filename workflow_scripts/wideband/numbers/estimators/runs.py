"""Tests of arms that were trained several times. Tables: every run of the first arm, then of the second."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...metrics.estimate import Estimate
from ...metrics.paired_tests import holm
from ...metrics.runs import t_test_of_runs
from ..registry import estimator
from .paired import values

SOURCE = "Student's t of the mean over runs; variance over problems and over runs, Satterthwaite 1946"


def differences(frames: Sequence[pd.DataFrame], metric: str, runs: int) -> list[np.ndarray]:
    """First − second by problem, for every run."""
    pairs = [values(frames[run::runs], metric) for run in range(runs)]
    return [first - second for first, second in pairs]


def adjusted(frames: Sequence[pd.DataFrame], metric: str, runs: int) -> np.ndarray:
    """Holm-adjusted p of every member: tables are those of a pair for each of them in turn."""
    members = [frames[start : start + 2 * runs] for start in range(0, len(frames), 2 * runs)]
    return holm(np.array([t_test_of_runs(differences(member, metric, runs))[1] for member in members]))


@estimator("runs.t", unit="t", source=SOURCE, prepare=differences)
def t_value(apart: list[np.ndarray], metric: str, runs: int) -> Estimate:
    """t of the mean difference."""
    return Estimate(t_test_of_runs(apart)[0], None, min(map(len, apart)))


@estimator("runs.t_p", unit="p", source=f"{SOURCE}, two-sided", prepare=differences)
def t_p(apart: list[np.ndarray], metric: str, runs: int) -> Estimate:
    """p of the mean difference, not adjusted."""
    return Estimate(t_test_of_runs(apart)[1], None, min(map(len, apart)))


@estimator("runs.holm_p", unit="p", source=f"Holm 1979 over a family of: {SOURCE}", prepare=adjusted)
def holm_p(p_values: np.ndarray, metric: str, runs: int, family: list[str], member: int) -> Estimate:
    """p of one comparison of the `family`, adjusted for all of them; n is the size of the family."""
    return Estimate(float(p_values[member]), None, len(family))
