"""The witness of a target law: positive where an answer is given too seldom, negative where too often.

Source: Arabi, Smith, Yadav 2026: 2 (q(x) - p(x)) for a target law q and the policy's law p, the negative
gradient of their squared distance. The other rollouts estimate p without bias.
"""

import numpy as np

from ...config.base import Strict
from . import Array, Group, others_share

DESCRIPTION = "2 (q - p): target mass of the answer less its share among the prompt's other rollouts"
NEEDS = frozenset({"answer", "law"})


class Settings(Strict):
    """None."""


def reward(group: Group, settings: Settings) -> Array:
    """In [-2, 2]. All invalid answers are one outcome, whose target mass is 0."""
    target = np.array([0.0 if v is None else group.law.get(v, 0.0) for v in group.outcomes])
    return 2.0 * (target - others_share(group.outcomes, group.pooled))
