"""How many of the sampled completions give a valid answer."""

import math

from .base import SAMPLED, Item, metric


@metric(unit="fraction", needs={"options"}, reads=[SAMPLED], within=(0.0, 1.0))
def sampled_valid(item: Item) -> float:
    """Valid completions / all completions."""
    return item.counts.sum() / item.draws if item.draws else math.nan
