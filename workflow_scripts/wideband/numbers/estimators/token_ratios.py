"""Token ratios of paired draws. Tables: rollouts, verdicts of the first arm, then of the second."""

from collections.abc import Sequence

import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ...metrics.samples import graded_samples
from ...metrics.token_ratios import median_ratio, paired_draws, wilcoxon_tokens
from ..registry import estimator


def draws(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Draws of both arms, joined by uid and sample."""
    return paired_draws(graded_samples(frames[0], frames[1]), graded_samples(frames[2], frames[3]))


@estimator(
    "cost.token_ratio",
    unit="ratio",
    source="median of second / first tokens over the paired draws of a bucket; Efron 1979 over problems",
    prepare=draws,
)
def token_ratio(pairs: pd.DataFrame, bucket: str, boot: Bootstrap) -> Estimate:
    """n counts draws."""
    return median_ratio(pairs, bucket, boot)


@estimator(
    "cost.token_wilcoxon_p",
    unit="p",
    source="Wilcoxon 1945 on both-correct draws, two-sided",
    prepare=draws,
)
def token_wilcoxon_p(pairs: pd.DataFrame, per: str) -> Estimate:
    """`per` draw (the published test) or problem (mean log ratio of each)."""
    p, n = wilcoxon_tokens(pairs, per)
    return Estimate(p, None, n)
