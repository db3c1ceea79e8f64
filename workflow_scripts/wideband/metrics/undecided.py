"""Rollouts that the grader reached no verdict on: wrong wherever they are counted, and counted themselves."""

import numpy as np
import pandas as pd

from ..tables.status import UNDECIDED


def correctness(verdicts: pd.DataFrame) -> np.ndarray:
    """Whether each rollout (N,) is known to be correct; an undecided one is not, nor is a null."""
    return pd.array(verdicts["correct"], dtype="boolean").to_numpy(dtype=bool, na_value=False)


def undecided(verdicts: pd.DataFrame) -> np.ndarray:
    """Whether each rollout (N,) was left undecided."""
    return (verdicts["status"] == UNDECIDED).to_numpy(dtype=bool) | verdicts["correct"].isna().to_numpy()
