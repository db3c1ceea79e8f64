"""Which jobs are stale, by content alone: spec, inputs and outputs now against the last run's manifests.

Also says why, in words.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..provenance.cache import DigestCache
from ..provenance.code import changed_modules, kept_code
from ..provenance.manifest import SPECS, ManifestError, read_manifest
from .jobs import PlannedJob

# Inputs that must be there before a job starts, and whose content no result depends on: checks of the data.
GATES = frozenset({"golds", "leakage", "lengths"})
# What is said of each kind of reason.
TEXTS = {
    "missing": "{what} is not there",
    "unrecorded": "{what} has no manifest: its job did not finish",
    "edited": "{what} was edited since its job wrote it",
    "input": "its input {what} changed",
    "params": "{what} changed: {old} → {new}",
    "code": "code changed: {what} {old} → {new}",
    "environment": "environment lock changed: {old} → {new}",
}
DIGEST, LONGEST, SHOWN = 64, 24, 3


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


def why(found: Iterable[Reason], outputs: int = 0) -> str:
    """Why one job runs: its first reasons, or that it follows another.

    A job none of whose `outputs` is there never ran.
    """
    found = list(found)
    if outputs and [reason.kind for reason in found] == ["missing"] * outputs:
        return "never ran"
    texts = [in_words(reason) for reason in found]
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return "; ".join(texts[:SHOWN]) + more if texts else "follows a job above"


def in_words(reason: Reason) -> str:
    """One reason, with content before and after where there is one."""
    return TEXTS[reason.kind].format(what=reason.what, old=_short(reason.old), new=_short(reason.new))


def changes(stale: dict[str, list[Reason]], lines: int = 12) -> list[str]:
    """What has changed since the last run, most jobs first; nothing for jobs that never ran."""
    reasons = (reason for found in stale.values() for reason in found if reason.kind != "missing")
    counted = Counter(map(in_words, reasons))
    shown = [f"{text} ({jobs} job{'s' if jobs > 1 else ''})" for text, jobs in counted.most_common(lines)]
    rest = len(counted) - len(shown)
    return [*shown, f"and {rest} more; `wideband explain` lists them"] if rest > 0 else shown


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    # A digest says enough with its beginning.
    return text[:8] if len(text) == DIGEST else text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
