"""Manifests: the record of a job after it ran, one beside each output."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import WidebandError
from .atomic import write_text
from .code import keep_code
from .digests import canonical_json, file_digest, folder_files, list_digest, text_digest
from .environment import cpu_seconds, machine, peak_rss, process_started, versions
from .fingerprint import left_out_code
from .git import git_state
from .specs import Spec

FORMAT = 2
SUFFIX = ".manifest.json"
SCRIPTS = Path(__file__).parents[2]
# Specs as they were when a job ran, by digest: the files under specs/ say what holds now.
SPECS = "provenance/specs"


class ManifestError(WidebandError):
    """A manifest that cannot be read, or an output that is not there; the message names the file."""


def manifest_path(output: str | Path) -> Path:
    """Where the manifest of an output lies: `x.manifest.json` beside `x`, also for a folder."""
    path = Path(output)
    return path.with_name(path.name + SUFFIX)


def read_manifest(output: str | Path) -> dict[str, Any]:
    """The manifest of an output. Raises ManifestError."""
    path = manifest_path(output)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ManifestError(f"{path}: no such manifest; rerun the job that writes {output}") from None
    except ValueError as error:
        raise ManifestError(f"{path}: not a manifest ({error}); rerun the job that writes {output}") from None


def described(path: str | Path) -> dict[str, Any]:
    """`{path, kind, digest, bytes}` of a file or folder; of a folder the digest of each file as well.

    Raises ManifestError when there is none.
    """
    found = Path(path)
    if found.is_dir():
        files = folder_files(found)
        size = sum((found / name).stat().st_size for name in files if not name.endswith("/"))
        return {
            "path": str(path),
            "kind": "folder",
            "digest": list_digest(files),
            "bytes": size,
            "files": files,
        }
    if not found.is_file():
        raise ManifestError(f"{path}: no such file or folder")
    digest, size = file_digest(found), found.stat().st_size
    return {"path": str(path), "kind": "file", "digest": digest, "bytes": size}


def inputs(named: dict[str, list[Path]]) -> list[dict[str, Any]]:
    """What a job reads: name, path and digest of each input, and the digest of its manifest if it has one."""
    return [
        {"name": name, **_short(described(path)), "manifest": _manifest_digest(path)}
        for name, paths in named.items()
        for path in paths
    ]


def write_manifests(
    outputs: list[Path],
    spec: Spec,
    spec_path: Path,
    read: list[dict[str, Any]],
    started: datetime,
    notes: dict[str, Any],
    undeclared: Iterable[str] = (),
) -> None:
    """Write the manifest of every output of a finished job, all of them last and each of them whole.

    Args:
        read: what `inputs` said before the job read anything.
        started: aware time at which it began.
        notes: facts that only the job knows, such as tokens.
        undeclared: files of the study that it read and did not declare.
    """
    written = [described(path) for path in outputs]
    around = left_out_code(SCRIPTS)
    keep_code(_results(spec_path, spec.study), around)
    _keep_once(_results(spec_path, spec.study) / SPECS / f"{spec.digest}.json", spec.text)
    record = {
        "format": FORMAT,
        "study": spec.study,
        "rule": spec.rule,
        "wildcards": spec.wildcards,
        "spec": {"path": str(spec_path), "digest": spec.digest},
        "code": spec.code,
        "code_around": around.digest,
        "environment": {"lock": spec.environment, **versions()},
        "git": _git(spec_path, spec.study),
        "seeds": dict(seeds(spec.params)),
        "inputs": read,
        "undeclared": sorted(undeclared),
        "outputs": [_short(entry) for entry in written],
        "machine": machine(),
        **_times(started),
        "cpu_seconds": cpu_seconds(),
        "peak_rss_bytes": peak_rss(),
        "notes": notes,
    }
    for path, entry in zip(outputs, written, strict=True):
        write_text(manifest_path(path), canonical_json({**record, "output": entry}) + "\n")


def seeds(params: Any, at: str = "") -> Iterator[tuple[str, int]]:
    """Every seed in a job's parameters by its dotted key."""
    if isinstance(params, dict):
        for key, value in params.items():
            here = f"{at}.{key}" if at else str(key)
            if (key == "seed" or key.endswith("_seed")) and isinstance(value, int):
                yield here, value
            else:
                yield from seeds(value, here)


def _times(started: datetime) -> dict[str, Any]:
    process, ended = process_started(), datetime.now(UTC)
    return {
        "process_started": _written(process) if process else None,
        "started": _written(started),
        "ended": _written(ended),
        "seconds": round((ended - started).total_seconds(), 3),
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _short(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "files"}


def _manifest_digest(path: Path) -> str | None:
    manifest = manifest_path(path)
    return file_digest(manifest) if manifest.is_file() else None


def _git(spec_path: Path, study: str) -> dict[str, Any] | None:
    """Commit and difference; the difference itself is stored once, under its digest."""
    state = git_state()
    if state is None:
        return None
    digest = text_digest(state.diff) if state.diff else None
    if digest is not None:
        _keep_once(_results(spec_path, study) / "provenance" / f"{digest}.diff", state.diff)
    return {"commit": state.commit, "dirty": state.dirty, "diff": digest}


def _keep_once(place: Path, text: str) -> None:
    if not place.is_file():
        write_text(place, text)


def _results(spec_path: Path, study: str) -> Path:
    """The study's results folder: the one whose `specs` holds the spec."""
    above = [parent for parent in spec_path.parents if parent.name == "specs"]
    return above[-1].parent if above else Path("results") / study
