"""Free text whose answer is written in any common style: how completions of other systems are read."""

import re

from .base import Parsed, found
from .boxed import boxed_answer
from .plain import Plain
from .tags import ANSWER_OPEN, find_answer

THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
# Templates that open the block in the prompt leave its end alone in the completion.
THOUGHT_END = re.compile(r"</(?:think|thinking|thought|reasoning)>")
HASHES = re.compile(r"(?<!#)#{4}(?!#)[ \t]*(\S[^\n]*)")
# `ANSWER: 8`, `**Final answer:** 8`, `The answer is 8.`, `the final answer is: 8`.
SAID = re.compile(
    r"(?:\b(?:final\s+|correct\s+)?answer\b[*_]*\s+(?:is|would\s+be|=)[*_]*\s*:?"
    r"|\b(?:final\s+|correct\s+)?answer\b[*_]*\s*(?::|=))[*_\s]*(\S[^\n]*)",
    re.IGNORECASE,
)
# Where a sentence ends, or goes on to give its reasons.
SENTENCE_END = re.compile(
    r"[.!?](?=\s+[A-Z(\\*]|\s*$)|[,;]\s+(?:because|since|as|which|so|where|for)\b|\s+(?:because|since)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?(?![\w])")


class Free(Plain):
    r"""An answer in `<answer>`, in the last `\boxed{}`, behind `####` or after "the answer is", in order.

    What a model thinks before it answers (`<think>…</think>`) is not searched.
    """

    name = "free"
    tagged = False

    def parse(self, completion: str) -> Parsed:
        """Body: the text before the first answer tag, or all of it.

        `tag_valid` says that there is an answer.
        """
        answer = self.answer(spoken(completion))
        return Parsed(found(completion.partition(ANSWER_OPEN)[0]), answer, answer is not None)

    def answer(self, text: str) -> str | None:
        """The answer in a text without thoughts."""
        return find_answer(text) or boxed_answer(text) or _last(HASHES, text) or _said(text)


class LastNumber(Free):
    """As `free`, and where none of its styles is there, the last number of the text."""

    name = "last_number"

    def answer(self, text: str) -> str | None:
        """The answer in a text without thoughts."""
        return super().answer(text) or next(iter(NUMBER.findall(text)[::-1]), None)


def spoken(completion: str) -> str:
    """The completion without its thoughts; nothing of one that never stops thinking."""
    text = THOUGHT.sub("", completion)
    ends = list(THOUGHT_END.finditer(text))
    return text[ends[-1].end() :] if ends else text


def _last(style: re.Pattern[str], text: str) -> str | None:
    hits = style.findall(text)
    return found(hits[-1]) if hits else None


def _said(text: str) -> str | None:
    line = _last(SAID, text)
    if line is None:
        return None
    end = SENTENCE_END.search(line)
    return found((line[: end.start()] if end else line).strip().strip("*_").strip())
