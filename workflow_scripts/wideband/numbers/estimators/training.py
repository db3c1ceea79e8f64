"""Training. Tables: training_log, eval_log."""

from collections.abc import Sequence

import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ..registry import estimator

Frames = Sequence[pd.DataFrame]
UNITS = {
    "loss": "nats",
    "reward": "reward",
    "correct": "fraction",
    "entropy": "nats",
    "tokens": "tokens",
    "trained_tokens": "tokens",
    "seconds": "seconds",
}


def _unit(args: dict[str, str]) -> str:
    return UNITS.get(args["column"], args["column"])


@estimator("training.end_mean", unit=_unit, source="mean of a column over the first or last steps of a stage")
def end_mean(frames: Frames, column: str, end: str, steps: int) -> Estimate:
    """Mean over the first or last `steps` logged steps that have a value; n counts them."""
    ordered = frames[0].sort_values("step")[column]
    chosen = (ordered.head(steps) if end == "first" else ordered.tail(steps)).dropna()
    return Estimate(float(chosen.mean()) if len(chosen) else float("nan"), None, len(chosen))


@estimator("training.total", unit=_unit, source="sum of a column over all steps")
def total(frames: Frames, column: str) -> Estimate:
    """Over one or more training logs; n counts steps. Null when a step lacks it, as imported ones may."""
    values = pd.concat([frame[column] for frame in frames])
    return Estimate(float(values.sum(skipna=False)), None, len(values))


@estimator("training.held_out", unit="nats", source="mean over held-out items of KL(target || policy), exact")
def held_out(frames: Frames, step: int, boot: Bootstrap) -> Estimate:
    """After `step` steps of a stage; interval from resampling items."""
    rows = frames[0]
    return boot.mean(rows.loc[rows["step"] == step, "kl"].to_numpy())
