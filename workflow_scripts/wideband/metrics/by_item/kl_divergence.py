"""How far the policy's law of complete answers is from the stated one, invalid answers counted."""

from .. import number_laws
from .base import EXACT, Item, metric


@metric(unit="nats", needs={"distribution"}, reads=[EXACT], within=None)
def kl_divergence(item: Item) -> float:
    """KL(stated law || policy). The published form is its mean over prefixes along sampled answers."""
    return number_laws.divergence(item.target, item.logprobs)
