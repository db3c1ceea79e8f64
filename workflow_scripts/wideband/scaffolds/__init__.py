"""Scaffolds: prompt, tag structure, answer extraction. A new one is a class here and a line below."""

import difflib

from .base import Malformed, Parsed, Scaffold, ScaffoldError
from .boxed import boxed_answer
from .free import Chat, Direct, DirectFinal, DirectRaw, Free, LastNumber
from .readers import Verbatim, Worked
from .suppressed import ChatSuppressed, ThinkingSuppressed, ThinkSuppressed
from .tags import ANSWER_CLOSE, ANSWER_OPEN, Panel, Plain, Ssot, Tagged, Think
from .thinking_native import ThinkingNative

EVERY: tuple[Scaffold, ...] = (
    Panel(),
    Think(),
    ThinkingNative(),
    Plain(),
    Ssot(),
    Direct(),
    DirectFinal(),
    DirectRaw(),
    Free(),
    LastNumber(),
    ThinkSuppressed(),
    ThinkingSuppressed(),
    Chat(),
    ChatSuppressed(),
)
SCAFFOLDS: dict[str, Scaffold] = {scaffold.name: scaffold for scaffold in EVERY}

SPECIAL_TAGS: tuple[str, ...] = (
    *(
        f"<{slash}{scaffold.tag}>"
        for scaffold in SCAFFOLDS.values()
        if isinstance(scaffold, Tagged)
        for slash in ("", "/")
    ),
    ANSWER_OPEN,
    ANSWER_CLOSE,
)

# Of `readers`; no arm asks in their names.
WORKED, VERBATIM = Worked(), Verbatim()


def get(name: str) -> Scaffold:
    """The scaffold of that name. Raises ScaffoldError that lists the names and suggests the nearest."""
    if name in SCAFFOLDS:
        return SCAFFOLDS[name]
    near = difflib.get_close_matches(name, SCAFFOLDS, n=1, cutoff=0.4)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise ScaffoldError(f"unknown scaffold '{name}': known are {', '.join(SCAFFOLDS)}{hint}")


__all__ = [
    "ANSWER_CLOSE",
    "SCAFFOLDS",
    "SPECIAL_TAGS",
    "VERBATIM",
    "WORKED",
    "Malformed",
    "Parsed",
    "Scaffold",
    "ScaffoldError",
    "boxed_answer",
    "get",
]
