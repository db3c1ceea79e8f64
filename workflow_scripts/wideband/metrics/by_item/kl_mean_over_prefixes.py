"""How far the policy's next tokens are from the stated law's, on average over the prefixes of an answer."""

import math

import numpy as np

from .base import EXACT, Item, metric


@metric(unit="nats", needs={"distribution"}, reads=[EXACT], within=None)
def kl_mean_over_prefixes(item: Item) -> float:
    """The published form of `kl_divergence`, exact instead of along sampled answers (arXiv 2605.11845)."""
    wanted = item.target > 0
    if item.per_prefix is None or np.isnan(item.per_prefix[wanted]).any():
        return math.nan
    return max(0.0, float((item.target[wanted] * item.per_prefix[wanted]).sum()))
