"""What was imported as others published it: accuracy by source, what is missing, splits, and whose it is."""

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
    """Tables: curve, problems of the slice. n counts problems. Null where nothing was published.

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


@estimator("imported.missing", unit="rollouts", source="rollouts that the run was to make and its log lacks")
def missing(frames: Frames) -> Estimate:
    """Table: missing. NaN where nobody knows how many; n counts the rollouts that are there."""
    table = frames[0]
    known = not table["rollouts"].isna().any()
    return Estimate(
        float(table["rollouts"].sum()) if known else float("nan"), None, int(table["present"].max())
    )


@estimator("split.size", unit="problems", source="rows of the split")
def size(frames: Frames) -> Estimate:
    """Table: problems."""
    return Estimate(float(len(frames[0])), None, len(frames[0]))


@estimator("split.shared", unit="problems", source="uids in both splits, or in one of them only")
def shared(frames: Frames, what: str) -> Estimate:
    """Tables: problems, problems. `what`: shared, first_only, second_only; n counts those of either."""
    first, second = (set(frame["uid"]) for frame in frames)
    counts = {"shared": first & second, "first_only": first - second, "second_only": second - first}
    return Estimate(float(len(counts[what])), None, len(first | second))


@estimator("policy.same", unit="yes or no", source="equality of the names that the sources give")
def same(frames: Frames) -> Estimate:
    """Tables: policy, policy. 1 when both results are of the policy of one name, else 0."""
    first, second = (frame["policy"].iloc[0] for frame in frames)
    return Estimate(float(first == second), None, 2)
