r"""Native thinking of Qwen3 hybrid models: chat template, `<think>…</think>`, answer in `\boxed{}`."""

from .base import Malformed, Parsed, Scaffold, found, split_at
from .boxed import boxed_answer, first_box

OPEN, CLOSE = "<think>", "</think>"


class ThinkingNative(Scaffold):
    r"""`<think>…</think>` and a final text with `\boxed{…}`."""

    name = "thinking_native"
    chat = True
    thinking = True
    open_ended = True

    def parse(self, completion: str) -> Parsed:
        """Answer from the text after the thinking; from all of it when the thinking never closes.

        A missing opening tag is accepted: some chat templates put it into the prompt.
        """
        thinking, closed, final = completion.partition(CLOSE)
        body = found(thinking.replace(OPEN, "", 1)) if closed else None
        answer = boxed_answer(final if closed else completion)
        return Parsed(body, answer, bool(body and answer))

    def around(self, completion: str) -> tuple[str, str]:
        """Around the first box after the thinking, which stands before it; see `parse`."""
        thinking, closed, final = completion.partition(CLOSE)
        box = first_box(final if closed else completion)
        shift = len(thinking) + len(closed) if closed else 0
        return split_at(completion, shift + box[0], shift + box[1]) if box else (completion, "")

    def compose(self, body: str, answer: str, malformed: Malformed | None = None) -> str:
        """Thinking and boxed answer, or the one that `malformed` leaves."""
        working = "" if malformed == "no_body" else f"{OPEN}\n{body}\n{CLOSE}\n\n"
        final = "" if malformed == "no_answer" else f"\\boxed{{{answer}}}"
        return (working + final).strip()
