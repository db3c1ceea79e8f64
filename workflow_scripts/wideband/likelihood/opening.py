"""How a policy begins its answer: the law of the first token."""

from dataclasses import dataclass

import torch

LEADING = 10
SHARE = 0.9


@dataclass(frozen=True)
class Opening:
    """Entropy in nats, the fewest tokens that hold SHARE of the mass, and the likeliest (token, mass)."""

    entropy: float
    support: int
    leading: tuple[tuple[int, float], ...]


def opening(logprobs: torch.Tensor) -> Opening:
    """Of log-probabilities of all tokens, nats, shape (vocabulary,)."""
    masses, tokens = logprobs.double().exp().sort(descending=True, stable=True)
    positive = masses[masses > 0]
    support = int((masses.cumsum(0) < SHARE * masses.sum()).sum()) + 1
    leading = zip(tokens[:LEADING].tolist(), masses[:LEADING].tolist(), strict=True)
    return Opening(float(-(positive * positive.log()).sum()), support, tuple(leading))
