"""What imported results lack and are of, and splits of the pool made here beside published ones."""

from collections.abc import Sequence

import pandas as pd

from ...metrics.estimate import Estimate
from ..registry import estimator

Frames = Sequence[pd.DataFrame]


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
