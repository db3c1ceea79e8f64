"""How far the answers depend on the order in which the options are listed."""

from ..laws import mean_variation
from .base import EXACT, Item, metric


@metric(unit="TV", needs={"options"}, reads=[EXACT], unless={"distribution"}, within=(0.0, 1.0))
def order_spread(item: Item) -> float:
    """Mean total variation to the laws of the same request in other orders; NaN without one."""
    return mean_variation(item.law, item.orders)
