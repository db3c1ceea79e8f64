"""What a forger does who knows the pipeline: every record of changed results anew, and the ledger too."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wideband.provenance.digests import canonical_json, file_digest
from wideband.provenance.ledger import NAME, seal
from wideband.provenance.manifest import described
from wideband.provenance.sealing import Unsealed, in_order, inside, manifests


def rebuild(root: Path, begin: bool = True) -> None:
    """Make every manifest fit the files as they are; with `begin` a new ledger, otherwise further lines."""
    described_now: dict[str, dict[str, Any]] = {}
    for _, path, content in list(_ordered(root)):
        before = canonical_json(content)
        for entry in [*content["outputs"], content["output"]]:
            _fit(root, entry, content["study"], described_now)
        for entry in content["inputs"]:
            named = inside(entry["path"], content["study"])
            if named and entry["name"] != "spec":
                _fit(root, entry, content["study"], described_now)
                entry["manifest"] = file_digest(root / f"{named}.manifest.json")
        if canonical_json(content) != before:
            path.write_text(canonical_json(content) + "\n")
    if begin:
        (root / NAME).unlink(missing_ok=True)
    seal(root)


def _ordered(root: Path) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    found = (Unsealed.read(output, path, "") for output, path in manifests(root))
    for each in in_order(each for each in found if each):
        yield each.output, each.path, json.loads(each.path.read_text())


def _fit(root: Path, entry: dict[str, Any], study: str, known: dict[str, dict[str, Any]]) -> None:
    named = inside(entry["path"], study)
    if named not in known:
        known[named] = described(root / named)
    entry.update({key: known[named][key] for key in ("digest", "bytes")})
    if "files" in entry:
        entry["files"] = known[named]["files"]
