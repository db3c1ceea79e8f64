"""How many of the sampled completions are a number."""

import numpy as np

from .base import SAMPLED, Item, metric


@metric(unit="fraction", needs={"distribution"}, reads=[SAMPLED], within=(0.0, 1.0))
def sampled_parses(item: Item) -> float:
    """Numbers / all completions."""
    return float(np.isfinite(item.numbers).mean())
