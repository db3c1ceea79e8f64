"""How far mass would have to move to the stated law, as a part of that law's range."""

from .. import number_laws
from .base import EXACT, Item, metric


@metric(unit="range", needs={"distribution"}, reads=[EXACT], within=None)
def wasserstein_by_range(item: Item) -> float:
    """W1 divided by the distance of the .001 and .999 quantiles; comparable across families."""
    return number_laws.wasserstein(item.values, item.law, item.target) / item.distribution.width
