"""How far the policy's law among valid answers is from the stated one."""

import numpy as np

from .. import number_laws
from .base import EXACT, Item, metric


@metric(unit="nats", needs={"distribution"}, reads=[EXACT], within=None)
def kl_valid(item: Item) -> float:
    """KL(stated law || policy among valid answers); small also of a policy that is rarely valid."""
    return number_laws.divergence(item.target, item.logprobs - np.logaddexp.reduce(item.logprobs))
