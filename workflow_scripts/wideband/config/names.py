"""The one check of names from outside, which become folders, wildcards of rules and parts of number ids."""

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from ..errors import WidebandError

# Several names and an ending make one file name, of which most file systems allow 255 bytes.
LONGEST = 60


class NameFault(WidebandError):
    """A name or path that cannot be used; the message says where it stands and what is allowed."""


class Kind(NamedTuple):
    """What names of one kind look like, as a pattern and in words."""

    pattern: re.Pattern[str]
    allowed: str


# In ids of numbers `.` separates, `-` joins two arms and `@` a stage and a step.
_WORD = Kind(re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*"), "letters, digits and '_'")
_DASHED = Kind(re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*"), "letters, digits, '_' and '-'")
_CHECKPOINT = Kind(
    re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*(@[1-9][0-9]{0,8})?"), "base, a stage, or stage@step as in math@20"
)
KINDS = {
    "study": _DASHED,
    "base": _DASHED,
    "slice": _DASHED,
    "arm": _WORD,
    "stage": _WORD,
    "checkpoint": _CHECKPOINT,
}


def name_fault(kind: str, name: str) -> str | None:
    """What is wrong with a name of this kind, and the remedy; None for a good one."""
    pattern, allowed = KINDS[kind]
    if not pattern.fullmatch(name):
        return f"{_shown(name)} has illegal characters; use {allowed}"
    if len(name) > LONGEST:
        return f"{_shown(name)} has {len(name)} characters; use at most {LONGEST}"
    return None


def path_fault(path: str, folder: str) -> str | None:
    """What is wrong with the path of a file below `folder`, and the remedy; None for a good one."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts:
        return f"{_shown(path)} leads out of {folder}; name a file below that folder"
    if str(pure) != path or path == ".":
        return (
            f"{_shown(path)} is not a plain path of a file; write {_shown(str(pure))}, without './' and '//'"
        )
    if not path.isprintable() or set(path) & set('{}\\"'):
        return f"{_shown(path)} has control characters, braces, quotes or backslashes; rename the file"
    if max(len(part.encode()) for part in pure.parts) > 200 or path.endswith(".manifest.json"):
        return f"{_shown(path)} is too long, or is named like a manifest; rename the file"
    return None


def checked_name(kind: str, name: str, where: str) -> str:
    """The name itself. Raises NameFault, which begins with `where`: an option, or a file and key."""
    if fault := name_fault(kind, name):
        raise NameFault(f"{where}: {fault}")
    return name


def _shown(name: str) -> str:
    """In quotes, with what a terminal would obey made visible, and short."""
    text = repr(name)
    return text if len(text) <= 80 else f"{text[:77]}..."
