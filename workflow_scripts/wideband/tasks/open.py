"""A prompt without a right answer: what is measured is how texts differ."""

from collections.abc import Sequence

from ..scaffolds import Parsed
from .base import Reading

DESCRIPTION = "a prompt without a gold"
GIVES = frozenset({"answer"})


def read(parsed: Parsed, options: Sequence[str] = ()) -> Reading:
    """Valid is any text; texts that differ in blanks only are one."""
    text = parsed.answer if parsed.answer is not None else parsed.body
    return Reading(text, " ".join((text or "").split()) or None)
