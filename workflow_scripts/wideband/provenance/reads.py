"""Files of the study that a job reads without having declared them, seen through Python's audit events.

Seen are `open` in the job's own process and in those of `processes.mapped`, and what readers announce that
open files in C++ (Parquet). Not seen are reads in other processes, and in C++ without a word.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .manifest import SUFFIX

EVENT = "wideband.read"
# Below the results folder, what jobs may read without its being an input: it changes no result.
FREE = ("specs", "state", "logs", "provenance")


def announce(path: str | Path) -> None:
    """Say that a file is about to be read in a way that raises no event of its own."""
    sys.audit(EVENT, os.fspath(path), "r", 0)


class Reads:
    """Watches one job.

    Attributes:
        found: paths that were read and not declared, as they were opened.
        watching: the one of this process, if any.
    """

    watching: "Reads | None" = None

    def __init__(self, root: Path, declared: Iterable[Path]) -> None:
        """`root` is the study's results folder; a declared folder stands for all that is in it."""
        self.root = os.path.abspath(root) + os.sep
        self.marker = os.path.basename(os.path.abspath(root))
        named = [os.path.abspath(path) for path in declared]
        self.allowed = (*named, *(self.root + folder for folder in FREE))
        self.found: set[str] = set()

    def watch(self) -> None:
        """From now on, for as long as the process lives: Python lets no hook go. Forks watch as well."""
        sys.addaudithook(self._hook)
        Reads.watching = self

    @classmethod
    def so_far(cls) -> set[str]:
        """What was found in this process; nothing where nobody watches."""
        return set(cls.watching.found) if cls.watching else set()

    @classmethod
    def add(cls, found: set[str]) -> None:
        """Take what a fork has found for what this process has."""
        if cls.watching:
            cls.watching.found |= found

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" or event == EVENT:
            path = arguments[0]
            if isinstance(path, str | os.PathLike) and self.marker in str(path):
                self._opened(os.fspath(path), arguments[1], arguments[2])

    def _opened(self, path: str, mode: str | None, flags: int) -> None:
        reading = "r" in mode if mode else flags & os.O_ACCMODE == os.O_RDONLY
        absolute = os.path.abspath(path)
        if reading and absolute.startswith(self.root) and not self._is_allowed(absolute):
            self.found.add(path)

    def _is_allowed(self, path: str) -> bool:
        # A hidden name is an output on its way to its own name; manifests of inputs are read to name them.
        if path.endswith(SUFFIX) or f"{os.sep}." in path[len(self.root) - 1 :]:
            return True
        return any(path == allowed or path.startswith(allowed + os.sep) for allowed in self.allowed)
