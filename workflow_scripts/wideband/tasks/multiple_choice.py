"""A question with options, one of them right."""

import re
from collections.abc import Sequence
from string import ascii_uppercase

from ..scaffolds import Parsed
from .base import Reading, folded

DESCRIPTION = "a question with options, one of them right"
GIVES = frozenset({"gold", "answer", "options", "end"})
COMPARES = "outcome"
LETTER = re.compile(
    r"(?:(?:the )?(?:answer|option|choice)(?: is)?:?\s*)?\(?([A-Z])\)?(?:[.):].*)?", re.I | re.S
)


def answers(options: Sequence[str]) -> list[str]:
    """The letters of the options."""
    return list(ascii_uppercase[: len(options)])


def read(parsed: Parsed, options: Sequence[str]) -> Reading:
    """The letter of an option, alone or before its text, or the option's whole text. Outcomes are letters."""
    if parsed.answer is None:
        return Reading(None, None)
    letters = ascii_uppercase[: len(options)]
    texts = [folded(option) for option in options]
    written = folded(parsed.answer)
    if texts.count(written) == 1:
        return Reading(parsed.answer, letters[texts.index(written)])
    letter = LETTER.fullmatch(parsed.answer.strip())
    found = letter[1].upper() if letter else ""
    return Reading(parsed.answer, found if found and found in letters else None)
