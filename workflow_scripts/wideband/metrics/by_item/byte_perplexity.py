"""How many bytes would be as hard to tell, at every byte of a passage: retention, by loglikelihood."""

import numpy as np

from .base import EXACT, Item, metric


@metric(unit="bytes", needs={"passage"}, reads=[EXACT], within=None)
def byte_perplexity(item: Item) -> float:
    """exp(-log-probability / UTF-8 bytes), which does not depend on how a tokenizer cuts texts."""
    return float(np.exp(-item.logprobs[0] / len(item.passage.encode())))
