"""Questions asked as they stand, without tags: the answer comes first, or in any common style in free text.

The latter is also how completions of other systems are read.
"""

import re

from .base import Malformed, Parsed, Scaffold, found, split_at
from .boxed import boxed_answer, first_box
from .tags import ANSWER, ANSWER_OPEN, Plain, find_answer

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


class Direct(Scaffold):
    """One user turn without tags. The answer is the first line that is not empty; nothing ends a completion
    but the model itself, so that it shows whether it goes on after its answer.
    """

    name = "direct"
    chat = True
    tagged = False
    direct = True
    open_ended = True

    def parse(self, completion: str) -> Parsed:
        """Answer: the first non-empty line. There is no body; what comes after the answer is `rest`."""
        answer, _, rest = completion.lstrip().partition("\n")
        return Parsed(None, found(answer), found(answer) is not None, found(rest))

    def around(self, completion: str) -> tuple[str, str]:
        """Nothing stands before the answer."""
        return split_at(completion.lstrip(), 0, 0)

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """The answer alone; nothing when it is the part that is left out."""
        return "" if malformed == "no_answer" else answer


class DirectFinal(Direct):
    """As `direct`, to models that write in channels (GPT-OSS): their final one is open already.

    Nothing is thought before the answer, for which the chat template has another channel.
    """

    name = "direct_final"
    opening = "<|channel|>final<|message|>"


class DirectRaw(Direct):
    """As `direct`, as plain text also where the model has a chat template: how base models are asked."""

    name = "direct_raw"
    chat = False


class Free(Plain):
    r"""An answer in `<answer>`, in the last `\boxed{}`, behind `####` or after "the answer is", in order.

    What a model thinks before it answers (`<think>…</think>`) is not searched.
    """

    name = "free"
    tagged = False
    open_ended = True

    def parse(self, completion: str) -> Parsed:
        """Body: the text before the first answer tag, or all of it.

        `tag_valid` says that there is an answer.
        """
        answer = self.answer(spoken(completion))
        return Parsed(found(completion.partition(ANSWER_OPEN)[0]), answer, answer is not None)

    def around(self, completion: str) -> tuple[str, str]:
        """Around the first answer in the style that the completion's answer has; thoughts stand before it."""
        text = spoken(completion)
        before, after = _around(text)
        return completion.removesuffix(text) + before if completion.endswith(text) else before, after

    def answer(self, text: str) -> str | None:
        """The answer in a text without thoughts."""
        return find_answer(text) or boxed_answer(text) or _last(HASHES, text) or _after_the_answer_is(text)


class Chat(Free):
    """As `free`, in the model's chat template where it has one; what it thought is no part of its text."""

    name = "chat"
    chat = True

    def parse(self, completion: str) -> Parsed:
        """As `free` reads what follows the thoughts, which is what a user sees."""
        return super().parse(spoken(completion))


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


def _around(text: str) -> tuple[str, str]:
    """What stands before and after the first answer of the first style that there is."""
    tagged = next((match for match in ANSWER.finditer(text) if found(match.group(1))), None)
    if tagged:
        return text[: tagged.start()], text[tagged.end() :].strip()
    written = (match.span() for style in (HASHES, SAID) for match in style.finditer(text))
    place = first_box(text) or next(written, None)
    return split_at(text, *place) if place else (text, "")


def _last(style: re.Pattern[str], text: str) -> str | None:
    hits = style.findall(text)
    return found(hits[-1]) if hits else None


def _after_the_answer_is(text: str) -> str | None:
    # `casefold`, since the pattern takes a long s for an s; ten times as quick as the pattern.
    if "answer" not in text.casefold():
        return None
    line = _last(SAID, text)
    if line is None:
        return None
    end = SENTENCE_END.search(line)
    return found((line[: end.start()] if end else line).strip().strip("*_").strip())
