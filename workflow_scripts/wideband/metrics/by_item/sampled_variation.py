"""How far the sampled valid answers are from the target law, where a perfect sampler has a floor."""

from .. import sampled_laws
from .base import SAMPLED, Item, metric


@metric(unit="TV", needs={"law"}, reads=[SAMPLED], unless={"distribution"}, within=(0.0, 1.0))
def sampled_variation(item: Item) -> float:
    """Total variation of the counts to the target; NaN without any valid answer."""
    return sampled_laws.sampled_variation(item.counts, item.target)
