r"""Thinking left out: the prompt ends with an empty thought, so that the model answers at once.

The same policy in the same words as with its thinking scaffold; what differs is what its answer begins with.
"""

from .base import Malformed, Parsed, found
from .free import Chat
from .tags import Plain
from .thinking_native import CLOSE, OPEN, ThinkingNative


class ThinkSuppressed(Plain):
    """Scaffold `think` behind `<think></think>`: what is written is text and `<answer>…</answer>`."""

    name = "think_suppressed"

    def begun(self, prompt: str) -> str:
        """The prompt and the empty thought."""
        return f"{prompt}{OPEN}{CLOSE}"


class ThinkingSuppressed(ThinkingNative):
    r"""Scaffold `thinking_native` behind an empty thought: a final text with `\boxed{…}`."""

    name = "thinking_suppressed"
    tagged = False

    def begun(self, prompt: str) -> str:
        """The prompt and an empty thought, or the end of the thought that the chat template has begun."""
        return _without_thought(prompt)

    def parse(self, completion: str) -> Parsed:
        """Body: the text before the first box."""
        read = super().parse(completion)
        body = found(self.around(completion)[0])
        return Parsed(body, read.answer, bool(body and read.answer))

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """Working and boxed answer, or the one that `malformed` leaves."""
        working = "" if malformed == "no_body" else f"{body}\n\n"
        final = "" if malformed == "no_answer" else f"\\boxed{{{answer}}}"
        return (working + final).strip()


class ChatSuppressed(Chat):
    """Scaffold `chat` behind an empty thought."""

    name = "chat_suppressed"

    def begun(self, prompt: str) -> str:
        """The prompt and an empty thought, or the end of the thought that the chat template has begun."""
        return _without_thought(prompt)


def _without_thought(prompt: str) -> str:
    opened = prompt.rstrip().endswith(OPEN)
    return f"{prompt.rstrip()}\n\n{CLOSE}\n\n" if opened else f"{prompt}{OPEN}\n\n{CLOSE}\n\n"
