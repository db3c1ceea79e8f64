"""What a perfect sampler would be at with as many valid numbers, as a part of the stated law's range."""

from .. import number_laws
from .base import SAMPLED, Item, metric


@metric(unit="range", needs={"distribution"}, reads=[SAMPLED], within=None)
def wasserstein_floor_by_range(item: Item) -> float:
    """Median sampled W1 of draws from the law itself; NaN without any valid number."""
    return number_laws.wasserstein_floor(item.distribution, len(item.drawn)) / item.distribution.width
