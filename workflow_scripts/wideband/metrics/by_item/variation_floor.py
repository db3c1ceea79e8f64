"""What a perfect sampler would be at with as many valid answers."""

from .. import sampled_laws
from .base import SAMPLED, Item, metric


@metric(unit="TV", needs={"law"}, reads=[SAMPLED], unless={"distribution"}, within=(0.0, 1.0))
def variation_floor(item: Item) -> float:
    """Expected total variation of draws from the target itself; NaN without any valid answer."""
    return sampled_laws.floor(item.target, int(item.counts.sum()))
