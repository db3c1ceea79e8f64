"""What correct answers cost, token ratios of paired draws, and accuracy at a matched token budget.

Tables: cost, or those that each function names.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...metrics import cost as metrics
from ...metrics.bootstrap import Bootstrap
from ...metrics.budget import Frontier, common_budget, frontiers, matched_accuracy
from ...metrics.estimate import Estimate
from ...metrics.per_problem import column
from ...metrics.samples import graded_samples
from ...metrics.token_ratios import median_ratio, paired_draws, wilcoxon_tokens
from ..registry import estimator
from .units import metric_unit

Frames = Sequence[pd.DataFrame]
BUDGET = "wideband.metrics.budget: pass@k of Chen et al. 2021 against k × mean tokens, linear in between"
Frontiers = tuple[Frontier, Frontier]


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


def frontier_pair(frames: Frames) -> Frontiers:
    """Tables passk, cost of the first arm, then of the second: both over the problems that all four share."""
    return frontiers((frames[0], frames[1]), (frames[2], frames[3]))


@estimator("cost.budget_tokens", unit="tokens", source=BUDGET, prepare=frontier_pair)
def budget_tokens(pair: Frontiers, level: str) -> Estimate:
    """A common budget in tokens a problem."""
    return Estimate(common_budget(*pair, level), None, len(pair[0].tokens))


@estimator("cost.budget_accuracy", unit="fraction", source=BUDGET, prepare=frontier_pair)
def budget_accuracy(pair: Frontiers, level: str, what: str, boot: Bootstrap) -> Estimate:
    """Accuracy of `first`, of `second`, or their `difference`."""
    return matched_accuracy(*pair, level, what, boot)


def draw_pairs(frames: Frames) -> pd.DataFrame:
    """Tables rollouts, verdicts of the first arm, then of the second: draws of both, by uid and sample."""
    return paired_draws(graded_samples(frames[0], frames[1]), graded_samples(frames[2], frames[3]))


@estimator(
    "cost.token_ratio",
    unit="ratio",
    source="median of second / first tokens over the paired draws of a bucket; Efron 1979 over problems",
    prepare=draw_pairs,
)
def token_ratio(pairs: pd.DataFrame, bucket: str, boot: Bootstrap) -> Estimate:
    """n counts draws."""
    return median_ratio(pairs, bucket, boot)


@estimator(
    "cost.token_wilcoxon_p",
    unit="p",
    source="Wilcoxon 1945 on both-correct draws, two-sided",
    prepare=draw_pairs,
)
def token_wilcoxon_p(pairs: pd.DataFrame, per: str) -> Estimate:
    """`per` draw (the published test) or problem (mean log ratio of each)."""
    p, n = wilcoxon_tokens(pairs, per)
    return Estimate(p, None, n)
