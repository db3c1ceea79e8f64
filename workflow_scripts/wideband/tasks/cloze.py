"""A question whose options are not shown: which of their texts is the likeliest answer."""

from collections.abc import Sequence

from ..scaffolds import Parsed
from . import choice
from .base import Reading

DESCRIPTION = "a question, one of several texts being its right answer"
GIVES = frozenset({"gold", "answer", "options", "end"})
COMPARES = "outcome"


def answers(options: Sequence[str]) -> list[str]:
    """The options as they are."""
    return list(options)


def read(parsed: Parsed, options: Sequence[str]) -> Reading:
    """An option's text and nothing else, letter case and punctuation around it aside. Outcomes are texts."""
    return choice.read(parsed, options)
