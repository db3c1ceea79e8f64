"""What imported results lack."""

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
