"""How many of the sampled completions are an integer, where the stated law has no other numbers."""

import math

from .base import SAMPLED, Item, metric


@metric(unit="fraction", needs={"distribution"}, reads=[SAMPLED], within=(0.0, 1.0))
def sampled_integer(item: Item) -> float:
    """Integers / all completions; NaN for continuous laws."""
    return float((item.numbers % 1 == 0).mean()) if item.distribution.discrete else math.nan
