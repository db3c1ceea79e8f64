"""The sampling settings of a chat, and the commands that change them."""

from dataclasses import dataclass, replace

from ..errors import WidebandError

# Commands that change how to sample: the field, its kind, its least value.
SETTINGS: dict[str, tuple[str, type, float]] = {
    "/n": ("n", int, 1),
    "/temperature": ("temperature", float, 0),
    "/max-tokens": ("max_tokens", int, 1),
    "/seed": ("seed", int, 0),
    "/top": ("top", int, 1),
}


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
