"""How far the policy is from the target law among valid answers."""

from .. import laws
from .base import EXACT, Item, metric


@metric(unit="TV", needs={"law"}, reads=[EXACT], within=(0.0, 1.0))
def total_variation(item: Item) -> float:
    """Total variation, 0 to 1. A policy that is rarely valid may still have a small one."""
    return laws.total_variation(item.law, item.target)
