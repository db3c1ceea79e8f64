"""What a ledger line says about a manifest, and the order in which new ones are sealed."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePath
from typing import Any

from .digests import file_digest, json_digest
from .manifest import SPECS, SUFFIX

# The rule whose jobs are told apart by what they sampled, whatever their seeds.
SAMPLE = "sample"
# Folders of a study's results that hold no outputs of jobs.
NO_OUTPUTS = frozenset({"specs", "logs", "state", "provenance", "audit", "benchmarks"})


def manifests(root: Path) -> Iterator[tuple[str, Path]]:
    """Every output that has a manifest, by its path relative to `root`, with the manifest's own path."""
    for here, folders, files in os.walk(root):
        found = sorted(name for name in files if name.endswith(SUFFIX))
        outputs = {name.removesuffix(SUFFIX) for name in found}
        # An output that is a folder holds files of its own, however they are called.
        skipped = outputs | (NO_OUTPUTS if here == str(root) else set())
        folders[:] = sorted(name for name in folders if name not in skipped)
        for name in found:
            path = Path(here) / name
            yield path.relative_to(root).as_posix().removesuffix(SUFFIX), path


# Hundreds of manifests name the same files.
@cache
def inside(path: str, study: str) -> str | None:
    """A path as jobs name it, made relative to the study's results folder; None for one outside."""
    parts = PurePath(path).parts
    for at in range(len(parts) - 1):
        if parts[at : at + 2] == ("results", study):
            return PurePath(*parts[at + 2 :]).as_posix()
    return None


@dataclass(frozen=True)
class Unsealed:
    """A manifest to be sealed: its output, its own path and digest, and what it says."""

    output: str
    path: Path
    digest: str
    content: dict[str, Any]

    @classmethod
    def read(cls, output: str, path: Path, digest: str) -> "Unsealed | None":
        """None for a file that is no manifest: the audit names it, the chain goes on without it."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            (
                content["output"]["digest"],
                content["spec"]["digest"],
                content["rule"],
                content["study"],
                content["ended"],
            )
            [(entry["name"], entry["path"], entry["digest"]) for entry in content["inputs"]]
            if not isinstance(content["study"], str):
                return None
        except (ValueError, KeyError, TypeError):
            return None
        return cls(output, path, digest, content)

    def line(self, root: Path) -> dict[str, Any]:
        """The part of a ledger line that speaks of this manifest, paths relative to `root`."""
        return {
            "manifest": {"path": self.path.relative_to(root).as_posix(), "digest": self.digest},
            "output": {"path": self.output, "digest": self.content["output"]["digest"], **self._timeless()},
            "rule": self.content["rule"],
            "run": run_digest(self.content, root),
            "ended": self.content["ended"],
        }

    def _timeless(self) -> dict[str, str]:
        """The digest of what does not tell times, for an output that does, where its job says it."""
        notes = self.content.get("notes")
        known = notes.get("timeless") if isinstance(notes, dict) else None
        digest = known.get(self.output) if isinstance(known, dict) else None
        return {"timeless": digest} if isinstance(digest, str) else {}

    @property
    def parents(self) -> set[str]:
        """Outputs that its job read."""
        named = (inside(str(read["path"]), self.content["study"]) for read in self.content["inputs"])
        return {name for name in named if name}


def in_order(found: Iterable[Unsealed]) -> Iterator[Unsealed]:
    """Parents before children; by name where a forged circle leaves no order."""
    known = {manifest.output: manifest for manifest in found}
    graph = {name: sorted(known[name].parents & known.keys()) for name in sorted(known)}
    try:
        yield from (known[name] for name in TopologicalSorter(graph).static_order())
    except CycleError:
        yield from (known[name] for name in sorted(known))


def run_digest(content: dict[str, Any], root: Path) -> str | None:
    """What a job was: two sealed runs that share it were the same experiment twice.

    Digest over code, environment, content of inputs, and parameters, which only the spec holds; those of
    sampling without seeds. None when the spec that the job ran under was not kept.
    """
    digest = content["spec"]["digest"]
    kept = root / SPECS / f"{digest}.json"
    if not kept.is_file() or file_digest(kept) != digest:
        return None
    spec = json.loads(kept.read_text(encoding="utf-8"))
    read = [(entry["name"], entry["digest"]) for entry in content["inputs"] if entry["name"] != "spec"]
    return json_digest([_without_seeds(spec) if content["rule"] == SAMPLE else spec, read])


def _without_seeds(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if key != "seed" and not key.endswith("_seed")}
        return {key: _without_seeds(inner) for key, inner in kept.items()}
    return value
