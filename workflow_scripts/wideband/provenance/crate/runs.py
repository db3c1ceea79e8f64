"""The jobs that made what lies in a results folder, gathered from its manifests."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from ...errors import WidebandError
from ..digests import canonical_json
from ..manifest import SPECS, SUFFIX, read_manifest

# What all manifests of one run of a job say alike.
SAME = ("spec", "started", "ended", "outputs")


class CrateError(WidebandError):
    """Results that cannot be described; the message names the file and the remedy."""


@dataclass(frozen=True)
class Run:
    """One run of a job.

    Attributes:
        id: path of its first output below the results folder: no two runs share an output.
        manifest: what its manifests say alike.
        outputs: `{path, kind, digest, bytes}` of each output, of a folder `files` as well; paths are relative
            to the results folder.
        inputs: the same of each input, with its `name`; the path stays as it was for one outside the folder.
    """

    id: str
    manifest: dict[str, Any]
    outputs: tuple[dict[str, Any], ...]
    inputs: tuple[dict[str, Any], ...]

    @property
    def rule(self) -> str:
        """The script that it ran."""
        return str(self.manifest["rule"])

    @property
    def label(self) -> str:
        """Rule and wildcards in short, such as `sample panel.base.gsm8k_test`."""
        return " ".join([self.rule, ".".join(map(str, self.manifest["wildcards"].values()))]).strip()


def runs(root: Path) -> list[Run]:
    """All runs in the order in which they began. Raises CrateError where there is none, ManifestError."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for output in _outputs(root):
        manifest = read_manifest(output)
        groups.setdefault(canonical_json([manifest[key] for key in SAME]), []).append(manifest)
    if not groups:
        raise CrateError(f"{root}: holds no manifest of a job; run snakemake first")
    found = [_run(manifests) for manifests in groups.values()]
    return sorted(found, key=lambda run: (run.manifest["started"], run.id))


def _outputs(root: Path) -> Iterator[Path]:
    """Every path with a manifest beside it, except inside of outputs that are folders."""
    for here, folders, files in os.walk(root):
        named = {name.removesuffix(SUFFIX) for name in files if name.endswith(SUFFIX)}
        folders[:] = sorted(set(folders) - named)
        yield from (Path(here) / name for name in sorted(named))


def _run(manifests: list[dict[str, Any]]) -> Run:
    study = manifests[0]["study"]
    outputs = sorted((_below(made["output"], study) for made in manifests), key=lambda entry: entry["path"])
    inputs = tuple(_read(entry, study) for entry in manifests[0]["inputs"])
    return Run(outputs[0]["path"], manifests[0], tuple(outputs), inputs)


def _read(entry: dict[str, Any], study: str) -> dict[str, Any]:
    """An input; a spec where it is kept under its digest, since its file says what holds now."""
    if entry["name"] == "spec":
        return entry | {"path": f"{SPECS}/{entry['digest']}.json"}
    return _below(entry, study)


def _below(entry: dict[str, Any], study: str) -> dict[str, Any]:
    """An entry with its path relative to the study's results folder, where it lies in one."""
    parts = PurePath(entry["path"]).parts
    for at in range(len(parts) - 2):
        if parts[at : at + 2] == ("results", study):
            return entry | {"path": PurePath(*parts[at + 2 :]).as_posix()}
    return entry
