"""How much farther the sampled valid numbers are from the stated law than a perfect sampler would be."""

from .. import number_laws
from .base import SAMPLED, Item, metric


@metric(unit="range", needs={"distribution"}, reads=[SAMPLED], within=None)
def excess_wasserstein_by_range(item: Item) -> float:
    """Sampled W1 minus its floor at the same n, by the law's range; near 0 for a perfect sampler."""
    sampled = number_laws.sampled_wasserstein(item.drawn, item.distribution)
    floor = number_laws.wasserstein_floor(item.distribution, len(item.drawn))
    return (sampled - floor) / item.distribution.width
