"""What an API's answer says. It may be anything: each part is there and of its type, or None."""

import json
from dataclasses import dataclass
from typing import Any, Literal

MOST_TOKENS = 2**31


@dataclass(frozen=True)
class Answer:
    """Counts of tokens, text and why it ends.

    Attributes:
        tokens: of prompt and completion; None where they are not told.
        text: None where there is none to read; empty where the model said nothing.
    """

    tokens: tuple[int, int] | None
    text: str | None
    finish_reason: str


def read(body: str, api: Literal["chat", "completions"]) -> Answer:
    """The answer in the body of a response."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    content = _mapping(content)
    usage, choices = _mapping(content.get("usage")), content.get("choices")
    choice = _mapping(choices[0] if isinstance(choices, list) and choices else None)
    counts = usage.get("prompt_tokens"), usage.get("completion_tokens")
    # Some APIs leave out the content of a message in which the model said nothing.
    message = _mapping(choice.get("message")) if api == "chat" else choice
    silent = message.get("content") is None if api == "chat" else message.get("text", "") is None
    text = "" if message and silent else message.get("content" if api == "chat" else "text")
    reason = choice.get("finish_reason")
    return Answer(
        tokens=counts if all(map(_is_count, counts)) else None,
        text=_clean(text) if isinstance(text, str) else None,
        finish_reason=_clean(reason) if isinstance(reason, str) and reason else "unknown",
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < MOST_TOKENS


def _clean(text: str) -> str:
    """Without halves of characters, which JSON can hold and no file of ours."""
    return text.encode("utf-8", "replace").decode()
