"""Claims registered before the run: each is a line of the ledger, its text a file named by its digest.

A registration is no output of a job: the line's `manifest` is the file `provenance/claims/<digest>.json`, its
`output` is `claims/<id of the claim>`, where no file lies, with the digest of what was said.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import ledger
from .atomic import write_text
from .digests import canonical_json, file_digest, json_digest, text_digest

RULE = "claims"
FOLDER = "provenance/claims"
PREFIX = f"{RULE}/"
SHAPE: dict[str, Any] = {"study": str, "file": str, "claim": dict, "seeds": dict, "known": str | None}
CLAIM: dict[str, Any] = {
    "id": str,
    "text": str,
    "value": int | float,
    "tolerance": int | float,
    "number": str | None,
}


@dataclass(frozen=True)
class Registration:
    """A registered claim.

    Attributes:
        line: of the ledger, counted from 1.
        id: of the claim in its file.
        place: of its record, relative to the results folder.
        record: `study`, `file`, `claim` (what was said), `seeds` by their keys, and `known`: which result of
            its number was there already, null for none. None where the record is not the sealed one.
    """

    line: int
    id: str
    place: str
    record: dict[str, Any] | None

    @property
    def before(self) -> bool:
        """Whether it was registered before there was any result of its number."""
        return self.record is not None and self.record["known"] is None


def read(root: Path) -> list[Registration]:
    """All registrations in the order of the ledger."""
    lines = [line for line in ledger.entries(ledger.read_lines(root)) if line and line["rule"] == RULE]
    return [_read(root, line) for line in lines]


def register(root: Path, records: Iterable[Mapping[str, Any]]) -> str:
    """Keep the records of claims and seal a line for each, after all that has run; the ledger's new head.

    Raises LedgerError for a folder that cannot be written.
    """
    lines = ledger.seal_with(root, lambda _: [_line(root, record) for record in records])
    return lines[-1]["hash"] if lines else ledger.GENESIS


def _line(root: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    text = canonical_json(record)
    place = f"{FOLDER}/{text_digest(text)}.json"
    write_text(root / place, text)
    return {
        "manifest": {"path": place, "digest": file_digest(root / place)},
        "output": {"path": PREFIX + record["claim"]["id"], "digest": json_digest(record["claim"])},
        "rule": RULE,
        "run": None,
        "ended": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }


def _read(root: Path, line: dict[str, Any]) -> Registration:
    digest = line["manifest"]["digest"]
    place = f"{FOLDER}/{digest}.json"
    record = _record(root / place, digest)
    return Registration(line["seq"] + 1, line["output"]["path"].removeprefix(PREFIX), place, record)


def _record(path: Path, digest: str) -> dict[str, Any] | None:
    try:
        if "/" in digest or file_digest(path) != digest:
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    whole = isinstance(content, dict) and content.keys() == SHAPE.keys() and _is_of(SHAPE, content)
    return content if whole and _is_of(CLAIM, content["claim"]) else None


def _is_of(shape: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    return all(isinstance(content.get(key), kind) for key, kind in shape.items())
