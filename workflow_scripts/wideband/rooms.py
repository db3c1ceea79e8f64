"""Rooms whose files are looked up by name: a new kind is one file, and no list of them is kept elsewhere."""

import difflib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from .errors import WidebandError


def names_in(init: str) -> list[str]:
    """Names of the files beside a room's `__init__.py`, given as its `__file__`; `base` is no kind."""
    return list(_listed(init))


@cache
def _listed(init: str) -> tuple[str, ...]:
    """Read once per process: studies ask hundreds of thousands of times."""
    stems = (path.stem for path in Path(init).parent.glob("*.py"))
    return tuple(sorted(stem for stem in stems if stem not in ("base", "__init__")))


def check_name(what: str, name: str, known: Sequence[str]) -> None:
    """Raise WidebandError, with the nearest name, unless `name` is known."""
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise WidebandError(f"unknown {what} '{name}': known are {', '.join(known)}{hint}")
