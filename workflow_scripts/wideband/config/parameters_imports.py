"""The parameters of jobs that bring in results which others measured."""

from pathlib import Path
from typing import Any

from ..provenance.digests import file_digest
from .import_file import Import
from .methods import a_step
from .study import Study

Wildcards = dict[str, str]


def sources(study: Study, _: Wildcards) -> dict[str, Any]:
    """Where the files lie, and their digests now, so that an edited one is seen. None: to be fetched."""
    imports = study.imports
    paths = [(name, Path(imports.root).expanduser() / name) for name in imports.sources()]
    return {
        "root": imports.root,
        "release": imports.release.model_dump(mode="json") if imports.release else None,
        "licence": imports.licence,
        "files": [[name, file_digest(path) if path.is_file() else None] for name, path in paths],
    }


def import_results(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """One file, and what the study says of the arm and the stage that it tells of."""
    entry = next(file for file in study.imports.files if file.key == wildcards["entry"])
    stage = study.stages.get(entry.checkpoint) if entry.format == "training_log" else None
    return {
        "entry": _settings(entry),
        "licence": study.imports.licence,
        "scaffold": study.arms[entry.arm].scaffold if entry.arm else None,
        "rollouts_per_step": a_step(stage) if stage else 0,
    }


def imported_slice(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """The files that describe the problems of a slice."""
    files = study.imports.about(wildcards["slice"])
    return {"files": [_settings(file) for file in files], "licence": study.imports.licence}


def _settings(entry: Import) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude_defaults=True)
