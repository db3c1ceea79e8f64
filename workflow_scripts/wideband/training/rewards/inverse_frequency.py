"""Rare answers of a group earn more: the published reward of the answer-diversity adapter.

Source: the adapter's card and repository (scasella/research-uniform-random-from-llms). The scored rollout
counts itself there, which favours common answers by an amount of order 1/G; `leave_one_out` does not.
"""

from collections import Counter

import numpy as np
from pydantic import Field

from ...config.base import Strict
from . import Array, Group

DESCRIPTION = "-log(count / G) of a valid answer in its group; the published reward for answer diversity"
NEEDS = frozenset({"answer"})


class Settings(Strict):
    """Of the published recipe."""

    invalid: float = Field(-1.0, description="reward of an answer that is not valid")
    clip: float = Field(10.0, gt=0, description="rewards are cut to [-clip, clip]")


def reward(group: Group, settings: Settings) -> Array:
    """-log(count(v) / G) in [0, log G] for a valid v, `invalid` otherwise."""
    counts, size = Counter(group.outcomes), len(group.outcomes)
    values = [settings.invalid if v is None else -np.log(counts[v] / size) for v in group.outcomes]
    return np.clip(np.array(values, np.float64), -settings.clip, settings.clip)
