"""A cache of parsed source files by their content: a module that did not change is not parsed again.

It serves those who make results: the driver, and jobs that compare their code with what the driver saw. An
entry may be forged, so the audit parses every file itself.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from blake3 import blake3

from . import closure, serialise
from .atomic import write_text
from .closure import Source, parsed
from .digests import file_digest
from .user_cache import read_kept, user_cache

PLACE = "sources.json"
MOST = 10_000


@contextmanager
def cached_parsing() -> Iterator["ParseCache"]:
    """Source files as the user's cache knows them; what was new is kept afterwards."""
    known = ParseCache(user_cache(PLACE))
    yield known
    known.save()


class ParseCache:
    """Facts of source files: of each file its bytes are read once, and parsed if nobody did so before."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._kept = read_kept(place)
        self._used: dict[str, Any] = {}
        self._here: dict[Path, Source] = {}
        self._new = False

    def __call__(self, path: Path) -> Source:
        """The facts of one file, as `closure.source` gives them. Raises ClosureError."""
        if path not in self._here:
            self._here[path] = self._source(path)
        return self._here[path]

    def save(self) -> None:
        """Write what was learnt; when that is much, only what was asked for."""
        if self._new:
            kept = self._kept | self._used if len(self._kept) < MOST else self._used
            # Without a home that can be written, the next one parses all again.
            with suppress(OSError):
                write_text(self.place, json.dumps(kept, separators=(",", ":")), durable=False)

    def _source(self, path: Path) -> Source:
        content = path.read_bytes()
        key = blake3(self._version + content).hexdigest()
        found = _source(self._kept.get(key))
        if found is None:
            found, self._new = parsed(content, path), True
        self._used[key] = _entry(found)
        return found

    @cached_property
    def _version(self) -> bytes:
        """What the facts of given bytes depend on: the code that reads them, and Python's grammar."""
        code = [file_digest(module.__file__) for module in (closure, serialise)]
        return json.dumps([code, sys.version_info[:2]]).encode()


def _entry(source: Source) -> list[Any]:
    imports = sorted(source.imports)
    return [source.digest, imports, sorted(source.strings), sorted(source.dynamic)]


def _source(entry: Any) -> Source | None:
    """The facts that an entry holds; None when it is absent or broken."""
    try:
        digest, imports, strings, dynamic = entry
        pairs = frozenset((level, name) for level, name in imports)
        texts = [digest, *strings, *dynamic, *(name for _, name in pairs)]
        if all(isinstance(text, str) for text in texts) and all(type(level) is int for level, _ in pairs):
            return Source(digest, pairs, frozenset(strings), frozenset(dynamic))
    except (TypeError, ValueError):
        pass
    return None
