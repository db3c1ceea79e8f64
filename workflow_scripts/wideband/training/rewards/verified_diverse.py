"""Correct rollouts share the reward of their kind: a correct answer reached in a rare way earns more.

Fitness sharing (Goldberg, Richardson 1987) over a partition of the correct rollouts. A correct rollout always
earns more than a wrong one, and a group's rewards add up to the number of kinds among its correct rollouts.
"""

from collections import Counter
from typing import Literal

import numpy as np
from pydantic import Field

from ...config.base import Strict
from ...metrics.signatures import signature
from . import Array, Group

DESCRIPTION = "correct / number of correct rollouts of the same kind in the group"
NEEDS = frozenset({"gold"})


class Settings(Strict):
    """What makes two correct rollouts the same."""

    partition: Literal["signature", "answer", "text"] = Field(
        "signature",
        description="kinds: the numbers of the working in order, the answer's form, or the whole working",
    )


def reward(group: Group, settings: Settings) -> Array:
    """1 / (size of its kind among the correct rollouts of the group) where correct, else 0."""
    kinds = _kinds(group, settings.partition)
    sizes = Counter(kind for kind, right in zip(kinds, group.correct, strict=True) if right)
    shared = [1.0 / sizes[kind] if right else 0.0 for kind, right in zip(kinds, group.correct, strict=True)]
    return np.array(shared)


def _kinds(group: Group, partition: str) -> list[object]:
    if partition == "answer":
        return list(group.outcomes)
    return [signature(text) if partition == "signature" else text for text in group.workings]
