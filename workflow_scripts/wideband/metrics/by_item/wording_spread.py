"""How far the answers depend on the wording of the request."""

from ..laws import mean_variation
from .base import EXACT, Item, metric


@metric(unit="TV", needs={"options"}, reads=[EXACT], unless={"distribution"}, within=(0.0, 1.0))
def wording_spread(item: Item) -> float:
    """Mean total variation to the laws of other wordings in the same order; NaN without one."""
    return mean_variation(item.law, item.wordings)
