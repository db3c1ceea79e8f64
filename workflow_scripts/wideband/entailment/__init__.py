"""Pairs of texts as entailment scores: the one room that loads a classifier of entailment."""

from ..config.pinned import required
from ..metrics.entailment_names import STAND_IN, STAND_INS
from .judge import EntailmentError, Judge, by_overlap
from .pairs import Asked, between, entailment_table

__all__ = ["Asked", "EntailmentError", "Judge", "between", "entailment_table", "load"]


def load(model: str, revision: str | None = None) -> Judge:
    """`stand-in:overlap`, else a classifier of three ways from a folder or the hub.

    Raises EntailmentError for a stand-in of another name, and for a model without the labels; WidebandError
    for a repository without a commit.
    """
    if model.startswith(STAND_IN):
        known = model.removeprefix(STAND_IN)
        if known not in STAND_INS:
            names = ", ".join(STAND_INS)
            raise EntailmentError(f"entailment.model: no stand-in is called '{known}'; known: {names}")
        return by_overlap
    commit = required(model, revision, "entailment.model")
    # Only a real model needs a model library.
    from .classifier import Classifier

    return Classifier(model, commit)
