"""What a study's own Python files register: kinds of things beside those of the package, looked up by name.

A study names the files (`plugins`), and each registers through the decorators of `wideband.plugins`. At any
time those of one study are here: the one that was loaded last, or the one whose job this process runs.
"""

import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import WidebandError


class PluginError(WidebandError):
    """A plugin that cannot be used; the message begins with its path."""


@dataclass(frozen=True)
class Entry:
    """Something that a file registered: in which room, under which name."""

    room: str
    name: str
    path: str
    what: Any


_entries: dict[tuple[str, str], Entry] = {}
# The file that is being read.
_reading: list[str] = []


def registered_in(room: str) -> dict[str, Any]:
    """What is registered in a room of the package, such as `wideband.tasks`, by name."""
    if not _entries:
        return {}
    return {name: entry.what for (within, name), entry in _entries.items() if within == room}


def entries() -> list[Entry]:
    """All that is registered."""
    return list(_entries.values())


def register(room: str, name: str, what: Any) -> None:
    """Keep what a file registers while it is read; outside of that, as in a test of one's own, nothing."""
    if _reading:
        _entries[room, name] = Entry(room, name, _reading[-1], what)


def use(paths: Sequence[str], root: Path) -> None:
    """Read these files, given relative to the project `root`, in place of those read before.

    Raises PluginError.
    """
    _entries.clear()
    for path in paths:
        try:
            _read(path, _file(path, root))
        except PluginError as error:
            _entries.clear()
            raise PluginError(f"{path}: {error}") from None


def named(params: Mapping[str, Any]) -> list[str]:
    """The files of which a job's parameters name something, in the order of reading."""
    found = set(texts(params))
    return list(dict.fromkeys(entry.path for entry in _entries.values() if entry.name in found))


def texts(value: object) -> Iterator[str]:
    """All texts inside parameters, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (key, *texts(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def _file(path: str, root: Path) -> Path:
    if not path.endswith(".py"):
        raise PluginError("not a Python file; name one that ends with .py")
    file, project = (root / path).resolve(), root.resolve()
    if Path(path).is_absolute() or not file.is_relative_to(project):
        raise PluginError(
            "outside of this repository; copy it into the repository and name it relative to its top"
        )
    if not file.is_file():
        raise PluginError("no such file; plugins are named relative to the top of the repository")
    if file.is_relative_to(project / "workflow_scripts"):
        raise PluginError("lies in workflow_scripts, among the package's own code; move it elsewhere")
    return file


def _read(path: str, file: Path) -> None:
    """Run the file: compiled here, so that nothing is left beside it."""
    module = ModuleType(f"plugin:{path}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module
    before = len(_entries)
    _reading.append(path)
    try:
        exec(compile(file.read_bytes(), str(file), "exec"), vars(module))
    except PluginError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(f"cannot be imported: {_error_line(error, file)}") from None
    finally:
        _reading.pop()
    if len(_entries) == before:
        raise PluginError(
            "registers nothing; put a decorator of wideband.plugins on each task, reward or metric"
        )


def _error_line(error: BaseException, file: Path) -> str:
    """In one line: where in the file, and what."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(file)]
    line = error.lineno if isinstance(error, SyntaxError) else (lines or [None])[-1]
    text = " ".join((error.msg if isinstance(error, SyntaxError) else str(error)).split())
    return f"{f'line {line}, ' if line else ''}{type(error).__name__}{f': {text}' if text else ''}"
