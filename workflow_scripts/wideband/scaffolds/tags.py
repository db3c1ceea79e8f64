"""Scaffolds of two blocks in tags, a body and an answer, and finding what stands between tags."""

import re
from typing import ClassVar

from .base import Malformed, Parsed, Scaffold, found

ANSWER_OPEN, ANSWER_CLOSE = "<answer>", "</answer>"
# The sampler strips the stop string, so the end of the text closes an answer as well.
ANSWER = re.compile(r"<answer>(.*?)(?:</answer>|\Z)", re.DOTALL)


def find_answer(text: str, start: int = 0) -> str | None:
    """The first non-empty `<answer>` block at or after `start`, stripped."""
    blocks = (found(match.group(1)) for match in ANSWER.finditer(text, start))
    return next((block for block in blocks if block), None)


class Tagged(Scaffold):
    """A body in tags of its own, then `<answer>…</answer>`; text around the two blocks is ignored."""

    tag: ClassVar[str]
    stop: ClassVar[tuple[str, ...]] = (ANSWER_CLOSE,)

    def parse(self, completion: str) -> Parsed:
        """Body from the first pair of body tags, answer after it, or failing that from anywhere."""
        block = re.search(f"<{self.tag}>(.*?)</{self.tag}>", completion, re.DOTALL)
        body = found(block.group(1)) if block else None
        after = find_answer(completion, block.end()) if block else None
        return Parsed(body, after or find_answer(completion), bool(body and after))

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """Both blocks side by side, or the one that `malformed` leaves."""
        working = "" if malformed == "no_body" else f"<{self.tag}>{body}</{self.tag}>"
        final = "" if malformed == "no_answer" else f"{ANSWER_OPEN}{answer}{ANSWER_CLOSE}"
        return working + final


class Panel(Tagged):
    """Several personas debate, then answer: `<mutipersonaDebate>…</mutipersonaDebate><answer>…</answer>`.

    The tag's spelling is that of the published recipe (scasella/multi-model, MIT), which adapters in the wild
    use.
    """

    name = "panel"
    tag = "mutipersonaDebate"


class Think(Tagged):
    """One assistant thinks, then answers: `<think>…</think><answer>…</answer>`.

    The R1-Zero form (DeepSeek-AI 2025, table 1).
    """

    name = "think"
    tag = "think"
