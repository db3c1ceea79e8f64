"""L1: every job ran under the present spec, code and environment.

A run from a dirty checkout is noted while its difference is stored and whole; a strict audit finds it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..provenance.code import FOLDER as CODE
from ..provenance.digests import file_digest, json_digest
from ..provenance.manifest import SPECS, seeds
from ..workflow.freshness import Reason, spec_changes
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .results import Manifest, Results

CODES = {"code": "STALE_CODE", "params": "STALE_PARAMS", "environment": "STALE_ENV"}
# Beside what the audit reads of every manifest (see results.SHAPE). Outside of a checkout `git` is null.
FACTS: dict[str, Any] = {
    "git": dict | None,
    "seeds": dict,
    "machine": dict,
    "started": str,
    "seconds": int | float,
    "undeclared": list,
}
SHOWN = 5
LONGEST = 60


def check(results: Results) -> Iterator[Finding]:
    """Findings of L1, one job after the other; of several outputs of a job the first stands for all."""
    lock = _lock(results.project / "envs" / "pipeline.lock")
    dirty: set[str] = set()
    for job in results.planned:
        found = [(output, results.manifests[output]) for output in job.outputs if output in results.manifests]
        for output, manifest in _different(found):
            yield from _stale(results, job, output, manifest)
            yield from _kept(results.root, output, manifest)
            yield from _run_facts(results.root, output, manifest)
            yield from _environment(job, output, manifest, lock)
            yield from _tree(results, output, manifest, dirty)
    if dirty:
        kept = ", ".join(sorted(dirty))
        results.notes.append(f"jobs ran from a checkout with uncommitted changes, which are kept: {kept}")


def _different(found: list[tuple[str, Manifest]]) -> Iterator[tuple[str, Manifest]]:
    """One of the manifests that a run of the job wrote together."""
    seen = set()
    for output, manifest in found:
        run = (str(manifest["spec"]["digest"]), manifest["ended"])
        if run not in seen:
            seen.add(run)
            yield output, manifest


def _stale(results: Results, job: PlannedJob, output: str, manifest: Manifest) -> Iterator[Finding]:
    before = manifest["spec"]["digest"]
    if before == job.spec.digest:
        return
    changes: dict[str, list[Reason]] = {}
    for reason in spec_changes(job, str(before), results.root):
        changes.setdefault(CODES.get(reason.kind, CODES["params"]), []).append(reason)
    for code, reasons in (changes or {"STALE_PARAMS": []}).items():
        shown = "; ".join(map(_change, reasons[:SHOWN])) or "its spec changed"
        more = f"; and {len(reasons) - SHOWN} more" if len(reasons) > SHOWN else ""
        yield Finding(code, 1, shown + more, output, job.label)


def _change(reason: Reason) -> str:
    digests = reason.kind != "params"
    old, new = (str(value)[:12] if digests else repr(value)[:LONGEST] for value in (reason.old, reason.new))
    return f"{reason.what}: {old} → {new}"


def _kept(root: Path, output: str, manifest: Manifest) -> Iterator[Finding]:
    """What the job ran under can still be shown: its spec and the list of its code, unchanged."""
    digest, spec = str(manifest["spec"]["digest"]), None
    path = root / SPECS / f"{digest}.json"
    if not path.is_file() or file_digest(path) != digest:
        detail = f"the spec that it ran under, {SPECS}/{digest}.json, is gone or altered"
        yield Finding("METADATA_LOST", 1, detail, output)
    else:
        spec = json.loads(path.read_text(encoding="utf-8"))
    if not _code_kept(root, manifest["code"]):
        detail = f"the list of the code it ran, {CODE}/{manifest['code']}.json, is gone"
        yield Finding("METADATA_LOST", 1, detail, output)
    if spec is not None and spec.get("code") != manifest["code"]:
        yield Finding("CODE_DRIFT", 1, "it ran other code than its spec names", output)


def _run_facts(root: Path, output: str, manifest: Manifest) -> Iterator[Finding]:
    """What a manifest tells of its run is there, and is what the spec says that it ran under."""
    gone = [key for key, kind in FACTS.items() if not isinstance(manifest.get(key, ...), kind)]
    if gone:
        yield Finding("METADATA_LOST", 1, f"its manifest does not say {', '.join(gone)}", output)
    try:
        path = root / SPECS / f"{manifest['spec']['digest']}.json"
        spec = json.loads(path.read_text(encoding="utf-8"))
        due = {
            "rule": spec["rule"],
            "wildcards": spec["wildcards"],
            "seeds": dict(seeds(spec["params"])),
            "lock": spec["environment"],
        }
    except (OSError, ValueError, KeyError, TypeError):
        return
    recorded = {**manifest, "lock": manifest["environment"].get("lock")}
    other = [key for key in due if recorded.get(key) != due[key]]
    if other:
        yield Finding(
            "RECORD_FORGED", 1, f"its manifest names other {', '.join(other)} than its spec", output
        )


def _code_kept(root: Path, digest: str) -> bool:
    try:
        content = json.loads((root / CODE / f"{digest}.json").read_text(encoding="utf-8"))
        return json_digest(content["modules"]) == digest
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _environment(job: PlannedJob, output: str, manifest: Manifest, lock: dict[str, str]) -> Iterator[Finding]:
    """Installed versions against the pins, where the job ran under the lock that is here."""
    environment = manifest["environment"]
    packages = environment.get("packages")
    if environment.get("lock") != job.spec.environment or not isinstance(packages, dict):
        return
    drifted = [
        f"{name} {version}, locked {lock[_plain(name)]}"
        for name, version in sorted(packages.items())
        if _plain(name) in lock and _public(str(version)) != _public(lock[_plain(name)])
    ]
    if drifted:
        yield Finding("ENV_DRIFT", 1, "; ".join(drifted), output, job.label)


def _tree(results: Results, output: str, manifest: Manifest, dirty: set[str]) -> Iterator[Finding]:
    git: Any = manifest.get("git")
    if not isinstance(git, dict) or not git.get("dirty"):
        return
    digest = str(git.get("diff"))
    path = results.root / "provenance" / f"{digest}.diff"
    if path.is_file() and results.digest(path) == digest:
        dirty.add(f"provenance/{digest}.diff")
        if results.strict:
            yield Finding("DIRTY_TREE", 1, f"ran from a changed checkout: provenance/{digest}.diff", output)
    else:
        detail = f"ran from a changed checkout whose difference, provenance/{digest}.diff, is gone or altered"
        yield Finding("DIRTY_TREE", 1, detail, output)


def _lock(path: Path) -> dict[str, str]:
    """Versions by package name; a lock that is not there pins nothing."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.+!-]+)", text, re.MULTILINE)
    return {_plain(name): version for name, version in pins}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _public(version: str) -> str:
    # `2.9.0+cpu` is another build of 2.9.0.
    return version.partition("+")[0]
