"""Whether the likeliest answer is the right one: retention, by loglikelihood."""

import math

import numpy as np

from .base import EXACT, Item, metric


@metric(unit="fraction", needs={"gold", "options"}, reads=[EXACT], within=(0.0, 1.0))
def loglikelihood_accuracy(item: Item) -> float:
    """1 or 0; of several likeliest answers the first counts. NaN without a right answer.

    Answers are complete with their end, so that none wins by being the beginning of another.
    """
    return math.nan if item.right is None else float(np.argmax(item.logprobs) == item.right)
