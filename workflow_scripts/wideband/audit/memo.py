"""What an earlier audit computed, by a digest over all that it was computed from."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from ..provenance.atomic import write_text
from ..provenance.digests import file_digest, json_digest
from ..provenance.environment import versions
from .finding import Finding

PLACE = "audit/cache.json"
MOST = 50_000


class Memo:
    """Results of pieces of work, kept in the results folder; with `remember=False` all is done anew."""

    def __init__(self, root: Path, remember: bool = True) -> None:
        self.place, self.remember = root / PLACE, remember
        self._kept: dict[str, Any] = _read(self.place) if remember else {}
        self._used: dict[str, Any] = {}

    def value(self, key: Any, work: Callable[[], Any]) -> Any:
        """What `work` gives, a JSON value; done only if it was not done before for the same key.

        The audit's own code and the installed versions belong to every key. What `work` raises is not kept.
        """
        digest = json_digest([self._code, key])
        if digest not in self._kept:
            self._kept[digest] = work()
        self._used[digest] = self._kept[digest]
        return self._kept[digest]

    def findings(self, key: Any, work: Callable[[], Iterable[Finding]]) -> list[Finding]:
        """The same for work that finds."""
        found = self.value(key, lambda: [asdict(finding) for finding in work()])
        return [Finding(**each) for each in found]

    def save(self) -> None:
        """Keep what was found; when that is much, only what this audit asked for."""
        if self.remember and self._used:
            kept = self._kept if len(self._kept) < MOST else self._used
            write_text(self.place, json.dumps(kept, separators=(",", ":")), durable=False)

    @cached_property
    def _code(self) -> str:
        here = Path(__file__).parent
        return json_digest([{path.name: file_digest(path) for path in here.glob("*.py")}, versions()])


def _read(place: Path) -> dict[str, Any]:
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
