"""Which jobs are stale, by content alone: spec, inputs and outputs now against the last run's manifests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..provenance.cache import DigestCache
from ..provenance.code import changed_modules, kept_code
from ..provenance.manifest import SPECS, ManifestError, read_manifest
from .jobs import PlannedJob

# Inputs that must be there before a job starts, and whose content no result depends on: checks of the data.
GATES = frozenset({"golds", "leakage", "lengths"})


@dataclass(frozen=True)
class Reason:
    """Why a job is stale.

    Attributes:
        kind: `missing`, `unrecorded`, `edited`, `input`, `params`, `code` or `environment`.
        what: the file, key or module concerned.
        old, new: its content before and now, where that can be said.
    """

    kind: str
    what: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Record:
    """What the manifest of one output says."""

    output: str
    manifest: dict[str, Any]

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """Inputs that the result depends on, the spec left out."""
        gone = GATES | {"spec"}
        return [entry for entry in self.manifest["inputs"] if entry["name"] not in gone]


def records(job: PlannedJob, root: Path) -> list[Record | Reason]:
    """Of every output its record, or why it has none."""
    found: list[Record | Reason] = []
    for output in job.outputs:
        path = root / output
        if not path.exists():
            found.append(Reason("missing", output))
            continue
        try:
            found.append(Record(output, _checked(read_manifest(path))))
        except ManifestError:
            found.append(Reason("unrecorded", output))
    return found


def reasons(job: PlannedJob, found: list[Record | Reason], root: Path, cache: DigestCache) -> list[Reason]:
    """Why `job` must run; empty when its results are what its spec and inputs would give again.

    `found` is what `records` says. What follows from a stale job before it is not a reason here: that job
    has not run yet.
    """
    lacking = [record for record in found if isinstance(record, Reason)]
    kept = [record for record in found if isinstance(record, Record)]
    edited = [Reason("edited", record.output) for record in kept if _edited(record, root, cache)]
    return [*lacking, *edited, *_unique(_changes(job, record, root, cache) for record in _different(kept))]


def _checked(manifest: dict[str, Any]) -> dict[str, Any]:
    try:
        manifest["spec"]["digest"], manifest["output"]["digest"], manifest["ended"]
        [(entry["name"], entry["path"], entry["digest"]) for entry in manifest["inputs"]]
    except (KeyError, TypeError) as error:
        raise ManifestError(f"not a manifest: {error}") from None
    return manifest


def _different(kept: list[Record]) -> Iterator[Record]:
    """One record of those that one job wrote together: they say the same of spec and inputs."""
    seen = set()
    for kept_one in kept:
        run = (kept_one.manifest["spec"]["digest"], kept_one.manifest["ended"])
        if run not in seen:
            seen.add(run)
            yield kept_one


def _edited(record: Record, root: Path, cache: DigestCache) -> bool:
    return cache.digest(root / record.output) != record.manifest["output"]["digest"]


def _changes(job: PlannedJob, record: Record, root: Path, cache: DigestCache) -> Iterator[Reason]:
    if record.manifest["spec"]["digest"] != job.spec.digest:
        yield from spec_changes(job, record.manifest["spec"]["digest"], root)
    for entry in record.inputs:
        path = Path(entry["path"])
        now = cache.digest(path) if path.exists() else None
        if now != entry["digest"]:
            yield Reason("input", entry["path"], entry["digest"], now)


def spec_changes(job: PlannedJob, before: str, root: Path) -> Iterator[Reason]:
    """How the spec that a job ran under, known by its digest, differs from the present one."""
    old = _kept_spec(root / SPECS / f"{before}.json")
    if old is None:
        yield Reason("params", "all", before, job.spec.digest)
        return
    for key, was, now in changed_keys(old["params"], job.spec.params):
        yield Reason("params", key, was, now)
    if old["code"] != job.spec.code:
        for name, was, now in changed_modules(kept_code(root, old["code"]), job.code):
            yield Reason("code", name, was, now)
    if old["environment"] != job.spec.environment:
        yield Reason("environment", "envs", old["environment"], job.spec.environment)


def changed_keys(old: Any, new: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(dotted key, old value, new value) of every difference; an absent value is None."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from changed_keys(old.get(key), new.get(key), f"{at}.{key}" if at else key)
    elif old != new:
        yield at, old, new


def _kept_spec(place: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    wanted = {"params", "code", "environment"}
    return content if isinstance(content, dict) and wanted <= content.keys() else None


def _unique(groups: Iterator[Iterator[Reason]]) -> list[Reason]:
    seen: list[Reason] = []
    for group in groups:
        seen += [reason for reason in group if reason not in seen]
    return seen
