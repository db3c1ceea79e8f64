"""How far the sampled valid numbers are from the stated law, where a perfect sampler has a floor."""

from .. import number_laws
from .base import SAMPLED, Item, metric


@metric(unit="number", needs={"distribution"}, reads=[SAMPLED], within=None)
def sampled_wasserstein(item: Item) -> float:
    """W1 to the quantiles, in the units of the numbers; NaN without any valid number."""
    return number_laws.sampled_wasserstein(item.drawn, item.distribution)
