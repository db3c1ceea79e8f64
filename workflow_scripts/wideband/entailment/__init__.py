"""Pairs of texts as entailment scores: the one room that loads a classifier of entailment."""

from .judge import EntailmentError, Judge, load
from .pairs import Asked, between
from .table import entailment_table

__all__ = ["Asked", "EntailmentError", "Judge", "between", "entailment_table", "load"]
