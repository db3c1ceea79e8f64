"""How uncertain the answer is, given that it is valid."""

import math

from .. import laws
from .base import EXACT, Item, metric


@metric(unit="nats", needs={"options"}, reads=[EXACT], within=lambda n: (0.0, math.log(max(n, 1))))
def entropy(item: Item) -> float:
    """Shannon entropy of the law among valid answers, 0 to log(options)."""
    return laws.entropy(item.law)
