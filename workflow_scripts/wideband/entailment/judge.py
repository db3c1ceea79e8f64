"""What judges whether one text entails or contradicts another: a model by name, or the embedded stand-in."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ..errors import WidebandError
from ..metrics.entailment_names import STAND_IN
from . import overlap


class EntailmentError(WidebandError):
    """A judge that is not there, or does not say what is asked."""


class Judge(Protocol):
    """Premises and hypotheses in, P(entailment) and P(contradiction) out, shape (pairs, 2)."""

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """The probabilities of each (premise, hypothesis)."""


def load(model: str, revision: str | None = None) -> Judge:
    """`stand-in:overlap`, else a classifier of three ways from a folder or the hub.

    Raises EntailmentError for a stand-in of another name, and for a model without the labels.
    """
    if model.startswith(STAND_IN):
        known = model.removeprefix(STAND_IN)
        if known != "overlap":
            raise EntailmentError(f"entailment.model: no stand-in is called '{known}'; known: overlap")
        return overlap.judge
    # Only a real model needs a model library.
    from .classifier import Classifier

    return Classifier(model, revision)
