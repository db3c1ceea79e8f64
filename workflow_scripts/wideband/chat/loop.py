"""Reading questions and commands until they end, and keeping what was said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import WidebandError
from .settings import SETTINGS, ChatSettings, setting

if TYPE_CHECKING:
    from .answer import Reply

HELP = (
    "Each line is a separate question; a line that ends with \\ continues on the next.\n"
    f"Commands: {' '.join(f'{name} VALUE' for name in SETTINGS)} /help /quit"
)
Say = Callable[[str], None]


class Transcript:
    """A JSON line for each question, written as soon as it is answered; `about` is in every line."""

    def __init__(self, place: Path, about: dict[str, Any]) -> None:
        self.place, self.about = place, about
        place.parent.mkdir(parents=True, exist_ok=True)

    def add(self, reply: Reply) -> None:
        """Append a reply."""
        with open(self.place, "a", encoding="utf-8") as file:
            file.write(json.dumps({**self.about, **reply.to_json()}, ensure_ascii=False) + "\n")


def talk(
    lines: Iterable[str],
    settings: ChatSettings,
    ask: Callable[[str, ChatSettings], Reply],
    transcript: Transcript,
    tell: Callable[[Reply], None],
    say: Say,
) -> int:
    """Answer every question in `lines`; how many could not be asked. Raises what is no known error."""
    failed = 0
    for text in questions(lines):
        try:
            if not text.startswith("/"):
                reply = ask(text, settings)
                transcript.add(reply)
                tell(reply)
            elif text == "/quit":
                break
            elif text == "/help":
                say(HELP)
            else:
                settings = setting(settings, text)
        except WidebandError as error:
            failed += 1
            say(f"error: {error}")
    return failed


def questions(lines: Iterable[str]) -> Iterable[str]:
    """Lines put together where one goes on in the next; empty ones are none."""
    begun: list[str] = []
    for line in lines:
        text = line.rstrip("\n")
        if text.endswith("\\"):
            begun.append(text[:-1])
            continue
        whole = "\n".join([*begun, text]).strip()
        begun = []
        if whole:
            yield whole
    if whole := "\n".join(begun).strip():
        yield whole
