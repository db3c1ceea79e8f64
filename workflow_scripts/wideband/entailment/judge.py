"""What judges whether one text entails or contradicts another, its error, and a stand-in for a model."""

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ..errors import WidebandError

WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NEGATIONS = frozenset({"no", "not", "never", "none", "nothing", "cannot", "without", "neither", "nor"})
# Words and numbers of a text, and whether it negates.
Read = tuple[frozenset[str], frozenset[str], bool]


class EntailmentError(WidebandError):
    """A judge that is not there, or does not say what is asked."""


class Judge(Protocol):
    """Premises and hypotheses in, P(entailment) and P(contradiction) out, shape (pairs, 2)."""

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """The probabilities of each (premise, hypothesis)."""


def by_overlap(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    """The stand-in: what words and numbers of two texts say of each other.

    It is no model of language. Words of the hypothesis that the premise has speak for entailment; numbers of
    the hypothesis that the premise does not have while it has others, or a negation that one of them alone
    has, turn it to contradiction. What the premise does not cover is neutral. Every number made with it says
    so in its name.
    """
    return np.array([_one(_read(premise), _read(hypothesis)) for premise, hypothesis in pairs]).reshape(-1, 2)


def _read(text: str) -> Read:
    """Words, numbers, and whether it negates."""
    words = frozenset(WORD.findall(text.casefold().replace("n't", " not")))
    return words - NEGATIONS, frozenset(NUMBER.findall(text)), bool(words & NEGATIONS)


def _one(premise: Read, hypothesis: Read) -> tuple[float, float]:
    words, numbers, negated = hypothesis
    asked = words | numbers
    if not asked:
        return 0.0, 0.0
    others = numbers - premise[1] if premise[1] else frozenset()
    conflict = 1.0 if negated != premise[2] else len(others) / len(numbers) if numbers else 0.0
    # Of a conflict counts how far the rest is about the same.
    same = len(words & premise[0]) / len(words) if words else 1.0
    covered = len((words & premise[0]) | (numbers & premise[1])) / len(asked)
    return covered * (1 - conflict), same * conflict
