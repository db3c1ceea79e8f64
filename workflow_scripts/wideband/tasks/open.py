"""A prompt without a right answer: what is measured is how texts differ."""

from collections.abc import Sequence

from ..scaffolds import Parsed
from .base import Reading

DESCRIPTION = "a prompt without a gold"
GIVES = frozenset({"answer", "text"})


def read(parsed: Parsed, options: Sequence[str] = ()) -> Reading:
    """Valid is any text; texts that differ in blanks only are one.

    What goes on after a direct answer belongs to the text.
    """
    parts = [parsed.answer, parsed.rest] if parsed.answer is not None else [parsed.body]
    text = "\n".join(filter(None, parts)) or None
    return Reading(text, " ".join((text or "").split()) or None)
