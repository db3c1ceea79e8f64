"""The parameters of jobs that draw problems, or bring in results which others measured."""

import json
from pathlib import Path
from typing import Any

from ..provenance.digests import file_digest
from .data import Slice
from .import_file import Import
from .methods import a_step
from .spaces import read_space, stated_law
from .study import Study

Wildcards = dict[str, str]
# Keys that a job does not look at where problems are generated.
ORIGIN_ONLY = {"root", "mirror", "revisions", "verify"}
REGISTRY = Path(__file__).parents[1] / "data" / "registry.json"


def slice_parameters(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """What a slice is drawn from: its part of the study, answer spaces, registered content."""
    name = wildcards["slice"]
    data = data_of(study)
    wanted = _with_excluded(study, name, set())
    slices = {other: body for other, body in data["slices"].items() if other in wanted}
    params = {"data": data | {"slices": slices}, "registered": registered(study, wanted)}
    parts = [study.data.slices[other] for other in sorted(wanted)]
    more = {"spaces": _spaces(parts), "files": _files(parts)}
    return params | {key: value for key, value in more.items() if value}


def _files(parts: list[Slice]) -> dict[str, str | None]:
    """The files of the user's that slices are read from, and their digests now, so that an edit is seen."""
    paths = {part.file: Path(part.file).expanduser() for part in parts if part.file}
    return {name: file_digest(path) if path.is_file() else None for name, path in paths.items()}


def _spaces(parts: list[Slice]) -> dict[str, Any]:
    """What the files of the answer spaces say that slices ask for or draw examples from."""
    names = {name for part in parts for name in part.spaces}
    names |= {name for part in parts if part.shots for name in part.shot_spaces}
    read = {name: read_space(name) for name in sorted(names)}
    stated = {name: law for name in read if (law := stated_law(name))}
    return {
        name: {
            "kind": space.kind,
            "options": list(space.options),
            "law": list(space.law),
            "requests": requests,
            **({"distribution": stated[name]} if name in stated else {}),
        }
        for name, (space, requests) in read.items()
    }


def registered(study: Study, wanted: set[str]) -> dict[str, Any]:
    """What the registry says of every source that the wanted slices may read."""
    if study.data.origin == "generated" or not study.data.verify:
        return {}
    named = [study.data.slices[name] for name in wanted]
    sources = {part.source for part in named} | {name for part in named for name in part.exclude}
    # MATH leaves out MATH-500 whether or not a slice says so.
    sources |= {"math500"} if "math" in sources else set()
    entries = json.loads(REGISTRY.read_text(encoding="utf-8"))
    return {key: entry for key, entry in entries.items() if key.split("/")[0] in sources}


def data_of(study: Study) -> dict[str, Any]:
    """The study's data section, without keys that its origin does not look at."""
    unused = ORIGIN_ONLY if study.data.origin == "generated" else set()
    return study.data.model_dump(mode="json", exclude=unused)


def _with_excluded(study: Study, name: str, found: set[str]) -> set[str]:
    """The slice, the slices it excludes, the slices those exclude, and so on."""
    if name in study.data.slices and name not in found:
        found.add(name)
        for excluded in study.data.slices[name].exclude:
            _with_excluded(study, excluded, found)
    return found


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
