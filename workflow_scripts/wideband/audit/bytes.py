"""L0: every output, manifest and ledger line is what was sealed, byte for byte."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ..provenance import ledger
from ..provenance.digests import file_digest, folder_files
from ..provenance.manifest import SUFFIX
from .finding import Finding
from .results import Results

SHOWN = 5
# The export as an RO-Crate describes the outputs and is none.
CRATE = "ro-crate-metadata.json"
# What is kept of jobs is held against its digests where it is read; what state holds is asked for by itself.
STATE = "state"
UNWATCHED = frozenset({"provenance", "benchmarks", STATE})
STATES = re.compile(r"state/\w+/\.?[0-9a-f]{16}(\.gone)?/.+")
# Of folders that hold no outputs: what the pipeline writes there.
KINDS = {
    "specs": re.compile(r"specs/\w+/[^/.][^/]*\.json"),
    "logs": re.compile(r"logs/(?:trackers/.+|(?:[^/.][^/]*/)*[^/.][^/]*\.log)"),
    "audit": re.compile(r"audit/(?:audit\.json|cache\.json|(?:audit|ledger|times)\.(?:js|html))"),
}
# What a killed job leaves of a file that it was writing, and Snakemake's mark of a folder.
LEFT = re.compile(r"\..+\.\d+\.tmp|\.snakemake_timestamp")


def check(results: Results) -> Iterator[Finding]:
    """Findings of L0, outputs in sorted order."""
    yield from _chain(results)
    never = [job for job in results.planned if not any(_traces(results, output) for output in job.outputs)]
    for job in never:
        what = (
            job.outputs[0] if len(job.outputs) == 1 else f"{job.outputs[0]} and {len(job.outputs) - 1} more"
        )
        yield _finding("INCOMPLETE", f"{what}: its job never ran to its end; run snakemake", job.outputs[0])
    untouched = {output for job in never for output in job.outputs}
    listed = {path for output in results.manifests for path in results.siblings(output)}
    for output in sorted((results.owners | listed) - untouched):
        yield from _output(results, output)
    yield from _untracked(results)


def _finding(code: str, detail: str, file: str | None) -> Finding:
    return Finding(code, 0, detail, file)


def _chain(results: Results) -> Iterator[Finding]:
    if not results.lines and results.manifest_files:
        yield _finding("LEDGER_BROKEN", "there is no ledger, but there are manifests", ledger.NAME)
    for broken in ledger.verify(results.lines):
        yield _finding("LEDGER_BROKEN", f"line {broken.line}: {broken.detail}", broken.output)


def _traces(results: Results, output: str) -> bool:
    known = output in results.manifest_files or output in results.history
    return known or os.path.lexists(results.root / output)


def _output(results: Results, output: str) -> Iterator[Finding]:
    path = results.root / output
    if output in results.malformed:
        yield _finding("RECORD_FORGED", f"its manifest {results.malformed[output]}", output)
    elif output in results.manifests:
        yield from _sealed(results, output)
        yield from _content(results, output)
    elif path.exists():
        yield _without_record(results, output)
    elif output in results.jobs:
        yield _finding("INCOMPLETE", "the output and its manifest are gone; run snakemake", output)


def _sealed(results: Results, output: str) -> Iterator[Finding]:
    if not results.lines:
        return
    digest = file_digest(results.manifest_files[output])
    history = results.history.get(output, [])
    sealed = [line["manifest"]["digest"] for line in history]
    if not sealed:
        yield _finding("LEDGER_BROKEN", "its manifest was never sealed; run snakemake to seal it", output)
    elif digest in sealed[:-1] and digest != sealed[-1]:
        yield _finding("RECORD_FORGED", "its manifest is that of an earlier run, put back", output)
    elif digest != sealed[-1]:
        yield _finding(
            "RECORD_FORGED",
            f"its manifest is not the sealed one (digest {digest[:12]}, sealed {sealed[-1][:12]})",
            output,
        )
    runs = [line["ended"] for line in history]
    if len(set(runs)) < len(runs):
        yield _finding("RECORD_FORGED", "two different manifests were sealed for one run of its job", output)


def _content(results: Results, output: str) -> Iterator[Finding]:
    path, recorded = results.root / output, results.manifests[output]["output"]
    if not path.exists():
        yield _finding("INCOMPLETE", "has a manifest but is gone; run snakemake", output)
        return
    try:
        digest = results.digest(path)
    except OSError as error:
        yield _finding("INCOMPLETE", f"cannot be read ({error.strerror})", output)
        return
    if digest != recorded["digest"]:
        yield _finding("OUTPUT_TAMPERED", _difference(path, recorded, digest), output)


def _difference(path: Path, recorded: dict, digest: str) -> str:
    before, whole = (
        recorded.get("files"),
        f"digest {digest[:12]}, its manifest says {str(recorded['digest'])[:12]}",
    )
    if not path.is_dir() or not isinstance(before, dict):
        return whole
    now = folder_files(path)
    changes = {
        "edited": sorted(name for name in now.keys() & before.keys() if now[name] != before[name]),
        "added": sorted(now.keys() - before.keys()),
        "deleted": sorted(before.keys() - now.keys()),
    }
    said_so = [f"{kind} {', '.join(names[:SHOWN])}" for kind, names in changes.items() if names]
    return "; ".join(said_so) or whole


def _without_record(results: Results, output: str) -> Finding:
    line = next(reversed(results.history.get(output, ())), None)
    if line and results.digest(results.root / output) == line["output"]["digest"]:
        return _finding("RECORD_MISSING", f"its manifest, sealed in line {line['seq'] + 1}, is gone", output)
    return _finding(
        "INCOMPLETE",
        "no manifest stands for it: the job that wrote it did not end well; run snakemake",
        output,
    )


def _untracked(results: Results) -> Iterator[Finding]:
    """Files that no job wrote, where jobs, the report or people look for results."""
    owners = results.owners
    for here, folders, files in os.walk(results.root):
        below = Path(here).relative_to(results.root)
        top = below.parts[0] if below.parts else ""
        folders[:] = sorted(
            name
            for name in folders
            if (below / name).as_posix() not in owners and (top or name not in UNWATCHED)
        )
        for name in sorted(files):
            path = (below / name).as_posix()
            if path not in owners and not _belongs(top, path):
                yield _finding("UNTRACKED_OUTPUT", "no job wrote it; remove it", path)
    yield from _states(results)


def _belongs(top: str, path: str) -> bool:
    if top in KINDS:
        return bool(KINDS[top].fullmatch(path))
    name = path.rpartition("/")[2]
    return name.endswith(SUFFIX) or path in (ledger.NAME, CRATE) or bool(LEFT.fullmatch(name))


def _states(results: Results) -> Iterator[Finding]:
    """State of jobs that have ended is gone; that of a killed one is what its next attempt reads."""
    unfinished = {job.rule for job in results.planned if not set(job.outputs) <= results.manifests.keys()}
    for path in sorted((results.root / STATE).rglob("*")):
        name = path.relative_to(results.root).as_posix()
        if not path.is_file() or (STATES.fullmatch(name) and name.split("/")[1] in unfinished):
            continue
        detail = "no job that is still to run reads it as its state; remove it"
        yield _finding("UNTRACKED_OUTPUT", detail, name)
