"""Correctness, less a penalty for missing structure, as in the published recipe."""

from ...config.base import Strict
from ...grading.verdicts import reward as of_verdicts
from . import Array, Group

DESCRIPTION = "correct + c (tag_valid - 1), with c = trainer.tag_coefficient"
NEEDS = frozenset({"gold"})


class Settings(Strict):
    """None."""


def reward(group: Group, settings: Settings) -> Array:
    """A wrong, badly formed rollout gets -c, a right and well formed one 1."""
    return of_verdicts(group.correct, group.tag_valid, group.tag_coefficient)
