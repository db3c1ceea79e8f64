"""How far the policy is from the target law where an invalid answer is an outcome of its own."""

from .. import laws
from .base import EXACT, Item, metric


@metric(unit="TV", needs={"law"}, reads=[EXACT], within=(0.0, 1.0))
def total_variation_invalid(item: Item) -> float:
    """Total variation, 0 to 1, to a law that never wants an invalid answer."""
    return laws.variation_with_invalid(item.logprobs, item.target)
