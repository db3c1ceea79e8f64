"""What correct answers cost. Tables: cost, or those that each function names."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...metrics import cost as metrics
from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ...metrics.per_problem import column
from ..registry import estimator
from .units import metric_unit

Frames = Sequence[pd.DataFrame]


def _currency(args: dict[str, object]) -> str:
    return str(args["currency"])


def _rate_unit(args: dict[str, object]) -> str:
    return "tokens" if str(args["metric"]).endswith("tokens") else metric_unit(args)


@estimator("cost.per_rollout", unit=_rate_unit, source="Σ metric / Σ rollouts; Efron 1979 over problems")
def per_rollout(frames: Frames, metric: str, boot: Bootstrap) -> Estimate:
    """Mean of a summed metric (tokens, tag_valid, truncated) per rollout."""
    return metrics.per_rollout(frames[0], metric, boot)


@estimator(
    "cost.tokens_per_correct",
    unit="tokens",
    source="Σ completion tokens / Σ correct; Efron 1979 over problems",
)
def tokens_per_correct(frames: Frames, boot: Bootstrap) -> Estimate:
    """Null without any correct rollout."""
    return metrics.tokens_per_correct(frames[0], boot)


@estimator(
    "cost.money_per_correct", unit=_currency, source="Σ (prompt, completion tokens × price) / Σ correct"
)
def money_per_correct(
    frames: Frames, input_per_million: float, output_per_million: float, currency: str, boot: Bootstrap
) -> Estimate:
    """Prices in `currency`, which names the unit; null without any correct rollout."""
    return metrics.money_per_correct(frames[0], input_per_million, output_per_million, boot)


@estimator(
    "cost.tokens_per_correct_ratio", unit="ratio", source="second / first; problems resampled together"
)
def tokens_per_correct_ratio(frames: Frames, boot: Bootstrap) -> Estimate:
    """Cost tables of first and second arm, on shared problems."""
    arms = [_spent(frame, column(frame, "completion_tokens")) for frame in _shared(frames)]
    return metrics.per_correct_compared(arms[0], arms[1], "ratio", boot)


@estimator(
    "cost.money_per_correct_difference", unit=_currency, source="first − second; problems resampled together"
)
def money_difference(
    frames: Frames, input_per_million: float, output_per_million: float, currency: str, boot: Bootstrap
) -> Estimate:
    """Cost tables of first and second arm, on shared problems."""
    prices = (input_per_million, output_per_million)
    arms = [_spent(frame, metrics.money(frame, *prices)) for frame in _shared(frames)]
    return metrics.per_correct_compared(arms[0], arms[1], "difference", boot)


@estimator("cost.total_tokens", unit="tokens", source="Σ completion tokens over all tables")
def total_tokens(frames: Frames) -> Estimate:
    """Any number of cost tables; n counts rollouts."""
    total = sum(float(column(frame, "completion_tokens").sum()) for frame in frames)
    return Estimate(total, None, sum(int(column(frame, "completion_tokens", "n").sum()) for frame in frames))


def _shared(frames: Frames) -> list[pd.DataFrame]:
    uids = set(frames[0]["uid"]) & set(frames[1]["uid"])
    return [frame[frame["uid"].isin(uids)] for frame in frames]


def _spent(frame: pd.DataFrame, cost: pd.Series | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(cost, dtype=float), column(frame, "n_correct").to_numpy()
