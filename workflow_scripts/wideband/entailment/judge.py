"""What judges whether one text entails or contradicts another, and its error."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ..errors import WidebandError


class EntailmentError(WidebandError):
    """A judge that is not there, or does not say what is asked."""


class Judge(Protocol):
    """Premises and hypotheses in, P(entailment) and P(contradiction) out, shape (pairs, 2)."""

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """The probabilities of each (premise, hypothesis)."""
