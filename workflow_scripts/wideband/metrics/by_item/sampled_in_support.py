"""How many of the sampled completions are a number in the support of the stated law."""

from .base import SAMPLED, Item, metric


@metric(unit="fraction", needs={"distribution"}, reads=[SAMPLED], within=(0.0, 1.0))
def sampled_in_support(item: Item) -> float:
    """Numbers in the support / all completions."""
    return float(item.distribution.in_support(item.numbers).mean())
