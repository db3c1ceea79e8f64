"""What every scaffold can do: render a prompt, parse a completion, compose a document."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from ..errors import WidebandError

PLACEHOLDER = "{problem}"

Malformed = Literal["no_answer", "no_body"]


class ScaffoldError(WidebandError):
    """An unknown scaffold, or a template that does not fit it."""


@dataclass(frozen=True)
class Parsed:
    """The parts of a completion.

    Attributes:
        body: the working, stripped; None when absent or empty.
        answer: the final answer, stripped; None when absent or empty. It is found wherever it stands, so that
            correctness does not depend on `tag_valid`.
        tag_valid: body and answer both present, in that order, each non-empty.
        rest: what the completion goes on with after its answer, where the scaffold says where that ends;
            None when there is nothing.
    """

    body: str | None
    answer: str | None
    tag_valid: bool
    rest: str | None = None


class Scaffold(ABC):
    """A way of asking for a solution and of reading it back.

    Attributes:
        name: the name that study files use.
        stop: strings that end a completion; the sampler strips them from its text.
        chat: the rendered prompt is a user's message for the model's chat template, where it has one.
        thinking: the chat template's thinking is on; such a scaffold needs a chat template.
        tagged: completions are asked to keep a structure, so that the share that does says something.
        direct: a completion is an answer and nothing else, so that the log-probability of an answer is known.
        open_ended: nothing ends a completion at its answer, so that it may go on; then `around` says how.
        opening: what the model's turn begins with in its chat template, before the completion.
    """

    name: ClassVar[str]
    stop: ClassVar[tuple[str, ...]] = ()
    chat: ClassVar[bool] = False
    thinking: ClassVar[bool] = False
    tagged: ClassVar[bool] = True
    direct: ClassVar[bool] = False
    open_ended: ClassVar[bool] = False
    opening: ClassVar[str] = ""

    def render(self, template: str, problem: str) -> str:
        """The prompt for `problem`. Raises ScaffoldError when the template has no `{problem}`."""
        if PLACEHOLDER not in template:
            raise ScaffoldError(f"the prompt template of scaffold '{self.name}' has no {PLACEHOLDER}: add it")
        # str.format would trip over the braces of LaTeX.
        return template.replace(PLACEHOLDER, problem)

    def messages(self, template: str, problem: str, turns: Sequence[str] = ()) -> list[str]:
        """What user and assistant say in turn, the user first and last.

        `turns` are questions and their answers before the problem; each question goes through the template,
        each answer is written as this scaffold wants it. Raises ScaffoldError as `render` does.
        """
        texts = []
        for question, answer in zip(turns[::2], turns[1::2], strict=True):
            texts += [self.render(template, question), self.compose("", answer, "no_body")]
        return [*texts, self.render(template, problem)]

    def text(self, template: str, problem: str, turns: Sequence[str] = ()) -> str:
        """The prompt of a model without a chat template: one text."""
        *before, question = self.messages(template, problem, turns)
        pairs = zip(before[::2], before[1::2], strict=True)
        return self.begun("".join(f"{asked}{answer}\n\n" for asked, answer in pairs) + question)

    def begun(self, prompt: str) -> str:
        """The prompt, chat template and all, with what this scaffold lets the answer begin with: nothing."""
        return prompt

    @abstractmethod
    def parse(self, completion: str) -> Parsed:
        """Read body, answer and structure from a completion, with or without its stop string."""

    def around(self, completion: str) -> tuple[str, str]:
        """The text before the first answer, and what follows the line that this answer ends on, stripped.

        All of it and nothing where there is no answer. Raises ScaffoldError if it is not open-ended.
        """
        raise ScaffoldError(f"scaffold '{self.name}' ends completions at their answer: none goes on after it")

    @abstractmethod
    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """A whole completion, stop string included; `malformed` leaves one part out."""


def split_at(text: str, start: int, end: int) -> tuple[str, str]:
    """The text before `start`, and what follows the line on which `end` is, stripped."""
    return text[:start], text[end:].partition("\n")[2].strip()


def found(text: str | None) -> str | None:
    """`text` stripped, or None when nothing is left of it."""
    return (text or "").strip() or None
