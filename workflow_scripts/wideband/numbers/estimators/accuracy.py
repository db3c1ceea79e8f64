"""Accuracy of one arm, and its gain between two checkpoints. Tables: passk, or those that functions name."""

import math
from collections.abc import Sequence

import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ...metrics.intervals import wilson
from ...metrics.passk_compare import difference
from ...metrics.per_problem import column
from ...metrics.samples import undecided
from ..registry import estimator

Frames = Sequence[pd.DataFrame]


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
