"""Digests remembered for as long as a file's state on disk stays the same."""

import json
import os
import time
from pathlib import Path

from .atomic import write_text
from .digests import MARK, file_digest, list_digest, text_digest
from .user_cache import read_kept

PLACE = "provenance/digests.json"
# The clock of a file system ticks in steps: a file changed this shortly before it was read may change again
# within the same tick, unseen by its times.
TICK_NS = 50_000_000

State = tuple[int, int, int, int]


class DigestCache:
    """Digests of files and folders by (path, size, mtime, ctime, inode), kept under a results folder.

    ctime is what an edit that restores size and mtime cannot restore. It serves those who make the results.
    What lies in their folder can be forged, so the audit reads every file itself.
    """

    def __init__(self, root: str | Path) -> None:
        self.place = Path(root) / PLACE
        self._known = read_kept(self.place)
        self._changed = False

    def digest(self, path: str | Path) -> str:
        """Digest of a file or folder, as `digests.path_digest` gives it. Raises OSError."""
        return list_digest(self.files(path)) if os.path.isdir(path) else self._file(os.fspath(path))

    def files(self, folder: str | Path) -> dict[str, str]:
        """Digest of everything in a folder by relative path, as `digests.folder_files` gives it."""
        found: dict[str, str] = {}
        self._walk(os.fspath(folder), "", found)
        return dict(sorted(found.items()))

    def refresh(self, path: str | Path, before: os.stat_result) -> None:
        """Keep the digest of a file whose times alone were just set by us; `before` is its earlier state."""
        known = self._known.get(os.fspath(path))
        if known and known[0] == list(_state(before)):
            self._known[os.fspath(path)] = [list(_state(os.stat(path))), known[1]]
            self._changed = True

    def forget(self) -> None:
        """Hash everything anew from now on."""
        self._known.clear()
        self.place.unlink(missing_ok=True)

    def save(self) -> None:
        """Write what was learnt; files that are gone are forgotten."""
        if self._changed:
            kept = {path: entry for path, entry in self._known.items() if os.path.exists(path)}
            write_text(self.place, json.dumps(kept, separators=(",", ":")), durable=False)
            self._changed = False

    def _walk(self, folder: str, below: str, found: dict[str, str]) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = below + entry.name
                if entry.is_dir() and entry.is_symlink():
                    found[name] = text_digest(f"link {os.readlink(entry.path)}")
                elif entry.is_dir():
                    if not any(os.scandir(entry.path)):
                        found[f"{name}/"] = text_digest("")
                    self._walk(entry.path, f"{name}/", found)
                elif name != MARK or entry.stat().st_size:
                    found[name] = self._file(entry.path)

    def _file(self, path: str) -> str:
        state = list(_state(os.stat(path)))
        known = self._known.get(path)
        if known and known[0] == state:
            return known[1]
        digest = file_digest(path)
        if time.time_ns() - max(state[1], state[2]) > TICK_NS:
            self._known[path] = [state, digest]
            self._changed = True
        return digest


def _state(stat: os.stat_result) -> State:
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
