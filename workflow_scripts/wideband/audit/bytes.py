"""L0: every output, manifest and ledger line is what was sealed, byte for byte."""

import os
from collections.abc import Iterator
from pathlib import Path

from ..provenance import ledger
from ..provenance.digests import file_digest, folder_files
from ..provenance.manifest import SUFFIX
from ..provenance.sealing import NO_OUTPUTS
from .finding import Finding
from .results import Results

SHOWN = 5
# The export as an RO-Crate describes the outputs and is none.
CRATE = "ro-crate-metadata.json"


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
    listed = {each for output in results.manifests for each in results.siblings(output)}
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
    path, said = results.root / output, results.manifests[output]["output"]
    if not path.exists():
        yield _finding("INCOMPLETE", "has a manifest but is gone; run snakemake", output)
        return
    try:
        digest = results.digest(path)
    except OSError as error:
        yield _finding("INCOMPLETE", f"cannot be read ({error.strerror})", output)
        return
    if digest != said["digest"]:
        yield _finding("OUTPUT_TAMPERED", _difference(path, said, digest), output)


def _difference(path: Path, said: dict, digest: str) -> str:
    before, whole = said.get("files"), f"digest {digest[:12]}, its manifest says {str(said['digest'])[:12]}"
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
    owners = results.owners
    for here, folders, files in os.walk(results.root):
        below = Path(here).relative_to(results.root)
        top = here == str(results.root)
        folders[:] = sorted(
            name
            for name in folders
            if (below / name).as_posix() not in owners and not (top and name in NO_OUTPUTS)
        )
        for name in sorted(files):
            path = (below / name).as_posix()
            if path not in owners and not _ours(name, top):
                yield _finding("UNTRACKED_OUTPUT", "no job wrote it; remove it", path)


def _ours(name: str, top: bool) -> bool:
    # Hidden names are what a killed job leaves of a file that it was writing, and marks of Snakemake.
    return name.endswith(SUFFIX) or name.startswith(".") or (top and name in (ledger.NAME, CRATE))
