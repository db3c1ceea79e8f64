"""How direct completions to problems, and those that are code, are read; no arm asks in these names."""

import re

from .base import Malformed, Parsed, found, split_at
from .free import NUMBER, Free, LastNumber, spoken
from .tags import find_answer

AROUND = " \t$€£%*_`.,:"
# Words of a sentence, which is no answer as it stands.
WORD = re.compile(r"(?<![\\\w])[^\W\d_]{2,}")
WORDS = 3


class Worked(LastNumber):
    """Direct completions to problems: a working may stand before the answer, and text behind it.

    As `last_number`; but a number on the first line alone, or a single line that is no sentence, is the
    answer where none is marked as one, as of other direct completions.
    """

    name = "worked"

    def answer(self, text: str) -> str | None:
        """The answer in a text without thoughts."""
        return Free.answer(self, text) or _first_line(text) or super().answer(text) or _line(text)

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """Working and `#### answer`, as GSM8K's authors write, or the one that `malformed` leaves."""
        working = "" if malformed == "no_body" else body
        final = "" if malformed == "no_answer" else f"#### {answer}"
        return f"{working}\n{final}".strip()

    def around(self, completion: str) -> tuple[str, str]:
        """Around the first answer that is marked, or the line that is one; else all stands before it."""
        if not Free.answer(self, spoken(completion)) and _first_line(completion):
            return split_at(completion.lstrip(), 0, 0)
        return super().around(completion)


def _first_line(text: str) -> str | None:
    """The first line, where it is an answer and no working."""
    line, _, rest = text.strip().partition("\n")
    if NUMBER.fullmatch(line.strip(AROUND)) or (not rest and len(WORD.findall(line)) <= WORDS):
        return found(line)
    return None


def _line(text: str) -> str | None:
    return found(text.strip().partition("\n")[0])


class Verbatim(Free):
    """Code as it was written: what is in answer tags, or all but thoughts, its first indentation included."""

    name = "verbatim"

    def parse(self, completion: str) -> Parsed:
        """Body: the thoughts. `tag_valid` says that there is an answer."""
        text = spoken(completion)
        answer = find_answer(text) or (text.lstrip("\n").rstrip() if text.strip() else None)
        return Parsed(found(completion.removesuffix(text)), answer, answer is not None)

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """The answer alone; nothing when it is the part that is left out."""
        return "" if malformed == "no_answer" else answer
