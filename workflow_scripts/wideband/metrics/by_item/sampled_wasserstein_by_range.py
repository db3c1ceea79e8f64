"""How far the sampled valid numbers are from the stated law, as a part of that law's range."""

from .. import number_laws
from .base import SAMPLED, Item, metric


@metric(unit="range", needs={"distribution"}, reads=[SAMPLED], within=None)
def sampled_wasserstein_by_range(item: Item) -> float:
    """Sampled W1 divided by the distance of the .001 and .999 quantiles; NaN without any valid number."""
    return number_laws.sampled_wasserstein(item.drawn, item.distribution) / item.distribution.width
