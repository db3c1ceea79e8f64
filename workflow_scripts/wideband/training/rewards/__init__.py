"""Rewards of GRPO by name. A new one is one file here, named as studies name it, with four things:

`DESCRIPTION`, one line; `NEEDS`, what the task must give (see `tasks`); `Settings`, a pydantic model of what
a study may set; `reward(group, settings)`, the rewards of a group's rollouts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...config.base import Strict
from ...plugin_registry import registered_in
from ...rooms import check_name, names_in

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """The G rollouts of one group: answers to one prompt.

    Attributes:
        outcomes: what each rollout answered, in the task's canonical form; None where it is not valid.
        correct: whether it is correct, shape (G,); all False where the task has no gold.
        tag_valid: whether it is formed as its scaffold asks, shape (G,).
        workings: the text of each rollout before its answer.
        pooled: how often each outcome came in all groups of this prompt in this step, this one included.
        law: the target mass of each option; empty where the task has no answer space.
        tag_coefficient: the study's penalty for a rollout that is badly formed.
    """

    outcomes: tuple[str | None, ...]
    correct: npt.NDArray[np.bool_]
    tag_valid: npt.NDArray[np.bool_]
    workings: tuple[str, ...]
    pooled: Counter[str | None]
    law: Mapping[str, float]
    tag_coefficient: float = 0.0


class Reward(Protocol):
    """What a file of this room holds."""

    DESCRIPTION: str
    NEEDS: frozenset[str]
    Settings: type[Strict]

    def reward(self, group: Group, settings: Strict) -> Array:
        """Rewards of a group, shape (G,)."""


def names() -> list[str]:
    """The rewards that there are."""
    return [*names_in(__file__), *registered_in(__name__)]


def load(name: str) -> Reward:
    """The reward of that name. Raises WidebandError with the nearest name."""
    check_name("reward", name, names())
    return registered_in(__name__).get(name) or import_module(f"{__name__}.{name}")


def others_share(outcomes: Sequence[str | None], pooled: Counter[str | None]) -> Array:
    """Of each outcome, its share among the prompt's other rollouts: the scored one does not count itself.

    Shape (G,). 0 where there is no other rollout.
    """
    others = pooled.total() - 1
    return np.array([(pooled[outcome] - 1) / others if others else 0.0 for outcome in outcomes])
