"""Completions that are code: read as they were written, thoughts left out."""

from .base import Malformed, Parsed, found
from .free import Free, spoken
from .tags import find_answer


class Verbatim(Free):
    """The answer is what stands in answer tags, or all that is no thought, its first indentation included."""

    name = "verbatim"

    def parse(self, completion: str) -> Parsed:
        """Body: the thoughts. `tag_valid` says that there is an answer."""
        text = spoken(completion)
        answer = find_answer(text) or (text.lstrip("\n").rstrip() if text.strip() else None)
        return Parsed(found(completion.removesuffix(text)), answer, answer is not None)

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """The answer alone; nothing when it is the part that is left out."""
        return "" if malformed == "no_answer" else answer
