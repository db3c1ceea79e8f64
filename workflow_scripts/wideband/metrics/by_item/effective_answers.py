"""How many equally likely answers would be as uncertain as the policy."""

from .. import laws
from .base import EXACT, Item, metric


@metric(unit="answers", needs={"options"}, reads=[EXACT], within=lambda n: (1.0, float(max(n, 1))))
def effective_answers(item: Item) -> float:
    """Exponential of the entropy among valid answers (Hill 1973, order 1), 1 to the number of options."""
    return laws.effective_number(item.law)
