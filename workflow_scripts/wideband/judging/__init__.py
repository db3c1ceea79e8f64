"""Pairs of answers before a judge: the one room that asks one."""

from .pairs import Asked, between
from .table import judgements

__all__ = ["Asked", "between", "judgements"]
