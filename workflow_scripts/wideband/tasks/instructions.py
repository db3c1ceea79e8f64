"""A prompt with instructions that a rule verifies: right is a text that follows all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from .. import instructions
from ..scaffolds import Parsed
from . import open as text_of
from .base import Reading

DESCRIPTION = "a prompt with instructions that are verified by rule"
GIVES = frozenset({"gold"})
COMPARES = "outcome"
UNMET = "not followed"

Checks = Sequence[tuple[str, Mapping[str, Any]]]


def valid(item: Mapping[str, Any]) -> Checks:
    """The checks of an item: its gold names them."""
    return instructions.read(item["gold"])


def read(parsed: Parsed, options: Checks) -> Reading:
    """The text, and as its outcome the item's gold where it follows all of its instructions.

    A completion that never comes to its answer, a thought alone, has none.
    """
    text = text_of.read(parsed).answer
    if parsed.answer is None or text is None:
        return Reading(None, None)
    return Reading(text, instructions.written(options) if instructions.follows(text, options) else UNMET)
