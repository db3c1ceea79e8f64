"""Direct completions to problems: a working may stand before the answer, and text behind it."""

import re

from .base import Malformed, found, split_at
from .free import NUMBER, Free, LastNumber, spoken

AROUND = " \t$€£%*_`.,:"
# Words of a sentence, which is no answer as it stands.
WORD = re.compile(r"(?<![\\\w])[^\W\d_]{2,}")
WORDS = 3


class Worked(LastNumber):
    """As `last_number`; but a number on the first line alone, or a single line that is no sentence, is the
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
