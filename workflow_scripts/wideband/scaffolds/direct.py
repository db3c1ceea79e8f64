"""No scaffold at all: the question as it stands, and the answer is what the completion begins with."""

from .base import Malformed, Parsed, Scaffold, found, split_at


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
