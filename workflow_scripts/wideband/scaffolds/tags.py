"""Scaffolds whose answer stands in tags, alone or with a body in tags of its own, and finding it there."""

import re
from typing import ClassVar

from blake3 import blake3

from .base import Malformed, Parsed, Scaffold, found

ANSWER_OPEN, ANSWER_CLOSE = "<answer>", "</answer>"
# The sampler strips the stop string, so the end of the text closes an answer as well.
ANSWER = re.compile(r"<answer>(.*?)(?:</answer>|\Z)", re.DOTALL)
# The random string of `ssot`.
SEED = re.compile(r"<random_string>(.*?)</random_string>", re.DOTALL)
# A string that is never closed ends where the next part begins.
UNCLOSED = re.compile(r"<random_string>(.*?)(?=<thinking>|<answer>|\Z)", re.DOTALL)
TAG = re.compile(r"</?(?:random_string|thinking|answer)>")


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


class Plain(Scaffold):
    """The control: free text and `<answer>…</answer>`; a non-empty answer alone is valid."""

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


class Ssot(Scaffold):
    """`<random_string>…</random_string><thinking>…</thinking><answer>…</answer>`.

    String Seed of Thought (Misaki and Akiba, arXiv:2510.21150): a random string first, which then decides.
    """

    name = "ssot"
    chat = True
    stop: ClassVar[tuple[str, ...]] = (ANSWER_CLOSE,)

    def parse(self, completion: str) -> Parsed:
        """Answer: the first behind the random string; what stands inside of that is none.

        Body: what stands before the answer, the string and tags left out; the answer where nothing does, so
        that the string never counts as a way of answering. `tag_valid`: a closed string, then an answer.
        """
        closed = SEED.search(completion)
        seed = closed or UNCLOSED.search(completion)
        place, text = (seed.start(), seed.group(1)) if seed else (0, "")
        rest = completion[:place] + completion[seed.end() :] if seed else completion
        after = find_answer(rest, place)
        answer = after or find_answer(rest)
        working = found(TAG.sub("", rest.partition(ANSWER_OPEN)[0])) or (answer if seed else None)
        return Parsed(working, answer, bool(closed and found(text) and after))

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """String, thinking and answer; the string follows from the two. Examples have the answer alone."""
        seed = blake3(f"{body}\n{answer}".encode()).hexdigest(length=16)
        working = f"<random_string>\n{seed}\n</random_string>\n<thinking>\n{body}\n</thinking>\n"
        final = f"{ANSWER_OPEN}\n{answer}\n{ANSWER_CLOSE}"
        return ("" if malformed == "no_body" else working) + ("" if malformed == "no_answer" else final)
