"""How likely the policy gives a valid answer at all."""

from .. import laws
from .base import EXACT, Item, metric


@metric(unit="fraction", needs={"options"}, reads=[EXACT], within=(0.0, 1.0))
def valid_mass(item: Item) -> float:
    """The mass of all answers that are valid, each complete with its end."""
    return laws.validity(item.logprobs)
