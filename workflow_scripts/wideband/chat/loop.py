"""Reading questions, and commands that change the settings, until they end; keeping what was said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import WidebandError

if TYPE_CHECKING:
    from .answer import Reply

# Commands that change how to sample: the field, its kind, its least value.
SETTINGS: dict[str, tuple[str, type, float]] = {
    "/n": ("n", int, 1),
    "/temperature": ("temperature", float, 0),
    "/max-tokens": ("max_tokens", int, 1),
    "/seed": ("seed", int, 0),
    "/top": ("top", int, 1),
}
HELP = (
    "Each line is a separate question; a line that ends with \\ continues on the next.\n"
    f"Commands: {' '.join(f'{name} VALUE' for name in SETTINGS)} /help /quit"
)
Say = Callable[[str], None]


@dataclass(frozen=True)
class ChatSettings:
    """How to sample: `n` completions at `temperature` (0: the likeliest tokens) of at most `max_tokens`.

    `seed` decides the samples: the same question, settings and checkpoint give the same ones again.
    `top`: how many of the likeliest first tokens are named.
    """

    n: int
    temperature: float
    max_tokens: int
    seed: int
    top: int


def setting(settings: ChatSettings, text: str) -> ChatSettings:
    """The settings after a command such as `/temperature 0.7`. Raises WidebandError for one that is none."""
    name, _, value_text = text.partition(" ")
    if name not in SETTINGS:
        raise WidebandError(f"{name}: no such command; {' '.join(SETTINGS)} /help /quit")
    field, kind, least = SETTINGS[name]
    return replace(settings, **{field: value(name, value_text.strip(), kind, least)})


def value(name: str, text: str, kind: type, least: float) -> float:
    """A number that is a setting's. Raises WidebandError."""
    try:
        found = kind(text)
        if least <= found < float("inf"):
            return found
    except ValueError:
        pass
    what = "a whole number" if kind is int else "a number"
    raise WidebandError(f"{name} {text}: give {what} of at least {least:g}")


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
