"""The cache of earlier audits: what they computed, by a digest of everything it was computed from.

It lies with whoever audits, below the user's cache folder, and never in the results: who hands results over
could write there that all is well. Files of the results are read and hashed by every audit.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from ..provenance.atomic import write_text
from ..provenance.digests import file_digest, json_digest
from ..provenance.environment import versions
from ..provenance.user_cache import read_kept, user_cache
from .finding import Finding

PLACE = "audit/{study}.json"
MOST = 50_000


def place(study: str) -> Path:
    """Where the user's audits of a study are remembered."""
    return user_cache(PLACE.format(study=study))


class Memo:
    """Results of pieces of work, kept in a file; without one all is done anew."""

    def __init__(self, place: Path | None) -> None:
        self.place = place
        self._kept: dict[str, Any] = read_kept(place) if place else {}
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
        return [Finding(**fields) for fields in found]

    def drawn(self, head: str) -> str:
        """A random seed in hex digits, drawn when a ledger with this head is first audited here."""
        return self.value(["drawn for", head], lambda: secrets.token_hex(8))

    def save(self) -> None:
        """Keep what was found; when that is much, only what this audit asked for."""
        if self.place and self._used:
            kept = self._kept if len(self._kept) < MOST else self._used
            # Without a home that can be written, the next audit computes all again.
            with suppress(OSError):
                write_text(self.place, json.dumps(kept, separators=(",", ":")), durable=False)

    @cached_property
    def _code(self) -> str:
        here = Path(__file__).parent
        return json_digest([{path.name: file_digest(path) for path in here.glob("*.py")}, versions()])
