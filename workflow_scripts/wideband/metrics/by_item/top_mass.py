"""How much of the mass of valid answers the likeliest one has."""

from .. import laws
from .base import EXACT, Item, metric


@metric(unit="fraction", needs={"options"}, reads=[EXACT], within=(0.0, 1.0))
def top_mass(item: Item) -> float:
    """The largest mass of the law among valid answers."""
    return laws.top(item.law)[1]
