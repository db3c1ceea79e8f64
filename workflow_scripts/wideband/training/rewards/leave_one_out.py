"""Rare answers earn more, judged by the other rollouts of the prompt: the scored one does not count itself.

Counts are pooled over all groups of the same prompt in a step: with 8 groups of 16 a share is known to 1/128
instead of 1/16. An answer that nobody else gave has share 0, whose logarithm is not finite; one imagined
rollout per option (Laplace's rule of succession) gives every option a share.
"""

import numpy as np
from pydantic import Field

from ...config.base import Strict
from . import Array, Group, others_share

DESCRIPTION = "-log of the answer's share among the prompt's other rollouts, pooled over its groups"
NEEDS = frozenset({"answer"})


class Settings(Strict):
    """What an invalid answer gets."""

    invalid: float = Field(-1.0, description="reward of an answer that is not valid")


def reward(group: Group, settings: Settings) -> Array:
    """-log((c + 1) / (N - 1 + K)): c of the N - 1 others gave the answer; K options, or answers seen."""
    others = group.pooled.total() - 1
    options = len(group.law) or sum(outcome is not None for outcome in group.pooled)
    counts = others_share(group.outcomes, group.pooled) * others
    share = (counts + 1) / (others + max(options, 1))
    valid = np.array([outcome is not None for outcome in group.outcomes])
    return np.where(valid, -np.log(share), settings.invalid)
