"""Held-out accuracy published by source, without its problems. Tables: curve, problems of the slice."""

import math
from collections.abc import Sequence

import pandas as pd

from ...metrics.estimate import Estimate, Interval
from ...metrics.intervals import newcombe, wilson
from ..registry import estimator

Frames = Sequence[pd.DataFrame]
ALL = "all"


@estimator("curve.accuracy", unit="fraction", source="as published; Wilson 1927 over one rollout a problem")
def accuracy(frames: Frames, step: int, source: str, confidence: float) -> Estimate:
    """n counts problems. Null at a step or of a source that was not published.

    With one rollout a problem, draws are independent. An accuracy that is no whole number of problems rests
    on several rollouts each; how they fall on problems is unknown, so it has no interval.
    """
    value, n = _point(frames, step, source)
    solved = _solved(value, n)
    return Estimate(value, None if solved is None else wilson(solved, n, confidence), n)


@estimator(
    "curve.gain",
    unit="fraction",
    source="difference from step 0; Newcombe 1998, method 10, for independent proportions",
)
def gain(frames: Frames, step: int, source: str, confidence: float) -> Estimate:
    """The problems are the same at both steps, but which were solved is unknown, so nothing can be paired.

    Solving mostly the same problems twice would make the paired interval shorter than this one.
    """
    (after, n), (before, _) = (_point(frames, at, source) for at in (step, 0))
    return Estimate(after - before, _difference(after, before, n, confidence), n)


def _difference(after: float, before: float, n: int, confidence: float) -> Interval | None:
    counts = _solved(after, n), _solved(before, n)
    return None if None in counts else newcombe((counts[0], n), (counts[1], n), confidence)


def _point(frames: Frames, step: int, source: str) -> tuple[float, int]:
    curve, problems = frames
    found = curve.loc[(curve["step"] == step) & (curve["source"] == source), "accuracy"]
    n = len(problems) if source == ALL else int((problems["source"] == source).sum())
    return (float(found.iloc[0]) if len(found) else math.nan), n


def _solved(value: float, n: int) -> int | None:
    """The whole number of problems that an accuracy stands for, if it does."""
    if math.isnan(value) or not n or abs(value * n - round(value * n)) > 1e-6:
        return None
    return round(value * n)
