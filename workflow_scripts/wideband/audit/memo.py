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
MOST = 5000


class Memo:
    """Findings of a piece of work, kept in the results folder; with `remember=False` all is done anew."""

    def __init__(self, root: Path, remember: bool = True) -> None:
        self.place, self.remember = root / PLACE, remember
        self._kept = _read(self.place) if remember else {}
        self._used: dict[str, list[dict[str, Any]]] = {}

    def findings(self, key: Any, work: Callable[[], Iterable[Finding]]) -> list[Finding]:
        """What `work` finds; done only if it was not done before for the same key, code and versions."""
        digest = json_digest([self._code, key])
        if digest not in self._kept:
            self._kept[digest] = [asdict(finding) for finding in work()]
        self._used[digest] = self._kept[digest]
        return [Finding(**each) for each in self._kept[digest]]

    def save(self) -> None:
        """Keep what was found; when that is much, only what this audit asked for."""
        if self.remember and self._used:
            kept = self._kept if len(self._kept) < MOST else self._used
            write_text(self.place, json.dumps(kept, separators=(",", ":")), durable=False)

    @cached_property
    def _code(self) -> list[Any]:
        """The audit's own code and the installed versions; code of estimators and grader is in the keys."""
        here = Path(__file__).parent
        return [{path.name: file_digest(path) for path in sorted(here.glob("*.py"))}, versions()]


def _read(place: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
        [Finding(**each) for found in content.values() for each in found]
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return content
