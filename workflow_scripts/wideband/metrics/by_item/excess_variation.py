"""How much farther the sampled valid answers are from the target law than a perfect sampler would be."""

from .. import sampled_laws
from .base import SAMPLED, Item, metric


@metric(unit="TV", needs={"law"}, reads=[SAMPLED], unless={"distribution"}, within=(-1.0, 1.0))
def excess_variation(item: Item) -> float:
    """Sampled total variation minus its floor at the same n; near 0 for a perfect sampler."""
    return sampled_laws.excess_variation(item.counts, item.target)
