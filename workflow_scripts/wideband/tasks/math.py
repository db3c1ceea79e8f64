"""A problem with a gold answer, read by the scaffold and graded."""

from collections.abc import Sequence

from ..grading.normalise import normalise
from ..scaffolds import Parsed
from .base import Reading

DESCRIPTION = "a problem with a gold answer"
GIVES = frozenset({"gold", "answer", "working", "end"})
COMPARES = "answer"


def read(parsed: Parsed, options: Sequence[str] = ()) -> Reading:
    """Valid is any answer that can be found; normalised texts tell answers apart."""
    return Reading(parsed.answer, normalise(parsed.answer or "") or None)
