"""Accuracy and pass@k of one arm, gains between two checkpoints, and two arms against each other.

Tables: passk (first, second), or those that functions name.
"""

import math
from collections.abc import Sequence

import pandas as pd

from ...metrics import passk_compare
from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ...metrics.intervals import wilson
from ...metrics.passk import curves
from ...metrics.passk_compare import difference
from ...metrics.per_problem import column
from ...metrics.ranges import RATE
from ...metrics.samples import undecided
from ..registry import estimator

Frames = Sequence[pd.DataFrame]
CHEN = "Chen et al. 2021 (arXiv:2107.03374), eq. 1"


@estimator("accuracy.hit_rate", unit="fraction", source="Wilson 1927; correct rollouts / rollouts")
def hit_rate(frames: Frames, confidence: float) -> Estimate:
    """Rate over all rollouts with a Wilson interval, which takes draws for independent; n counts rollouts."""
    correct = int(column(frames[0], "n_correct").sum())
    n = int(column(frames[0], "n_correct", "n").sum())
    return Estimate(correct / n if n else math.nan, wilson(correct, n, confidence), n)


@estimator("verdicts.undecided", unit="rollouts", source="count of verdicts with the status undecided")
def undecided_count(frames: Frames) -> Estimate:
    """Table: verdicts. Rollouts without a verdict, which count as wrong; n counts all rollouts."""
    return Estimate(float(undecided(frames[0]).sum()), None, len(frames[0]))


@estimator("accuracy.gain", unit="fraction", source="mean over problems of pass@1 after − before; Efron 1979")
def gain(frames: Frames, boot: Bootstrap) -> Estimate:
    """Tables after, before: paired difference of accuracy with a problem-clustered interval."""
    return difference(frames[0], frames[1], 1, boot)


def by_k(frames: Frames) -> pd.DataFrame:
    """pass@k by problem."""
    return curves(frames[0])


@estimator("passk.mean", unit="fraction", source=f"{CHEN}, mean over problems; Efron 1979", prepare=by_k)
def mean(table: pd.DataFrame, k: int, boot: Bootstrap) -> Estimate:
    """Mean pass@k over problems with n ≥ k, problem-clustered interval."""
    values = table[k].dropna().to_numpy() if k in table.columns else table.to_numpy()[:0, :0].ravel()
    return boot.mean(values, RATE)


@estimator(
    "passk.gap_closure", unit="percentage points", source=f"{CHEN}; 100 s (Δ(1) − Δ(k)), s = sign Δ(1)"
)
def gap_closure(frames: Frames, k: int, boot: Bootstrap) -> Estimate:
    """How much of the gap at 1 is gone at k."""
    return passk_compare.gap_closure(frames[0], frames[1], k, boot)


@estimator(
    "passk.crossover", unit="k", source=f"{CHEN}; smallest k where the mean paired difference changes sign"
)
def crossover(frames: Frames) -> Estimate:
    """Null when the sign never changes; n counts shared problems."""
    k = passk_compare.crossover(frames[0], frames[1])
    shared = len(passk_compare.differences(frames[0], frames[1]))
    return Estimate(math.nan if k is None else float(k), None, shared)


@estimator("passk.overlap", unit="problems", source="counts of shared problems solved at least once among n")
def overlap(frames: Frames, who: str) -> Estimate:
    """`who`: first_only, second_only, both or neither; n counts shared problems."""
    counts = passk_compare.overlap(frames[0], frames[1])
    return Estimate(float(counts[who]), None, sum(counts.values()))
