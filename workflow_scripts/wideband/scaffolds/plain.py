"""The control without a scaffold: free text, then an answer in tags."""

from typing import ClassVar

from .base import Malformed, Parsed, Scaffold, found
from .tags import ANSWER_CLOSE, ANSWER_OPEN, find_answer


class Plain(Scaffold):
    """Free text and `<answer>…</answer>`; a non-empty answer alone is valid."""

    name = "plain"
    stop: ClassVar[tuple[str, ...]] = (ANSWER_CLOSE,)

    def parse(self, completion: str) -> Parsed:
        """Body: the text before the first answer tag (all of it without one)."""
        answer = find_answer(completion)
        return Parsed(found(completion.partition(ANSWER_OPEN)[0]), answer, answer is not None)

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """Working and answer, or the one that `malformed` leaves."""
        working = "" if malformed == "no_body" else f"{body} "
        final = "" if malformed == "no_answer" else f"{ANSWER_OPEN}{answer}{ANSWER_CLOSE}"
        return (working + final).strip()
