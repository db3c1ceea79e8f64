"""How far mass would have to move from the policy's valid answers to the stated law."""

from .. import number_laws
from .base import EXACT, Item, metric


@metric(unit="number", needs={"distribution"}, reads=[EXACT], within=None)
def wasserstein(item: Item) -> float:
    """Wasserstein distance of order 1 over the canonical values, in the units of the numbers."""
    return number_laws.wasserstein(item.values, item.law, item.target)
