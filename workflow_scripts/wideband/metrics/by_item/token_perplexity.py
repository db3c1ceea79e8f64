"""How many tokens would be as hard to tell, at every token of a passage: retention, by loglikelihood."""

import numpy as np

from .base import EXACT, Item, metric


@metric(unit="tokens", needs={"passage"}, reads=[EXACT], within=None)
def token_perplexity(item: Item) -> float:
    """exp(-log-probability / tokens) of the policy's own tokenizer."""
    return float(np.exp(-item.logprobs[0] / item.tokens))
