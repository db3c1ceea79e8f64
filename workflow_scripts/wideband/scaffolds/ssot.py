"""String Seed of Thought (Misaki and Akiba, arXiv:2510.21150): a random string first, which then decides."""

import re
from typing import ClassVar

from blake3 import blake3

from .base import Malformed, Parsed, Scaffold, found
from .tags import ANSWER_CLOSE, ANSWER_OPEN, find_answer

SEED = re.compile(r"<random_string>(.*?)</random_string>", re.DOTALL)
# A string that is never closed ends where the next part begins.
UNCLOSED = re.compile(r"<random_string>(.*?)(?=<thinking>|<answer>|\Z)", re.DOTALL)
TAG = re.compile(r"</?(?:random_string|thinking|answer)>")


class Ssot(Scaffold):
    """`<random_string>…</random_string><thinking>…</thinking><answer>…</answer>`."""

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
