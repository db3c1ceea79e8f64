"""How far the policy's law of complete answers is from the stated one, invalid answers counted."""

from .. import number_laws
from .base import EXACT, Item, metric


@metric(unit="nats", needs={"distribution"}, reads=[EXACT], within=None)
def kl_divergence(item: Item) -> float:
    """KL(stated law || policy): the expected sum over prefixes of what `kl_mean_over_prefixes` averages."""
    return number_laws.divergence(item.target, item.logprobs)
