"""What an API's response means: an answer, or a refusal after which the request may be made again.

It may be anything: each part of an answer is there and of its type, or None. Each try is counted for itself,
since each may be billed.
"""

import email.utils
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import random
from typing import Any, Literal

MOST_TOKENS = 2**31
TRIES = 8
FIRST_S, LONGEST_S, ASKED_S = 0.5, 8.0, 120.0
AGAIN = (408, 409, 429)


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


def retry_in(status: int | None, headers: Mapping[str, str], failed: int) -> float | None:
    """Seconds until the next try after so many that failed; None: there is none.

    As long as `Retry-After` says, up to two minutes, else half a second and then twice as long each time.
    `status`: of the refusal; None where there was no answer.
    """
    if failed > TRIES or (status is not None and status not in AGAIN and status < 500):
        return None
    asked = _asked(headers.get("retry-after", ""))
    if asked is not None:
        return asked if asked <= ASKED_S else None
    # No two of the requests under way wait equally long.
    return min(FIRST_S * 2 ** (failed - 1), LONGEST_S) * (1 - random() / 4)


def _asked(text: str) -> float | None:
    """What the header `Retry-After` says: seconds, or a date."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return seconds if seconds > 0 else None
