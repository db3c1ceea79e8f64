"""Whether the answer that is likeliest for its length is the right one: retention, by loglikelihood."""

import math

import numpy as np

from .base import EXACT, Item, metric


@metric(unit="fraction", needs={"gold", "options"}, reads=[EXACT], within=(0.0, 1.0))
def loglikelihood_accuracy_by_length(item: Item) -> float:
    """As `loglikelihood_accuracy`, by log-probability / UTF-8 bytes of the answer.

    The normalisation of EleutherAI's lm-evaluation-harness (`acc_norm`). Of letters it changes nothing.
    """
    if item.right is None:
        return math.nan
    return float(np.argmax(item.logprobs / item.sizes) == item.right)
