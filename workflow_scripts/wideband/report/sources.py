"""Where a chain of jobs ends: problems of a registered source, a base model, a published adapter."""

from dataclasses import dataclass
from typing import Any

from ..config import Study
from ..config.parameters import packages
from ..config.sources import HUB_ONLY


@dataclass(frozen=True)
class Source:
    """A name, a sentence on where it comes from, and the registered digest and rows, where there are such."""

    name: str
    origin: str
    digest: str | None = None
    rows: int | None = None


def source_of(study: Study, manifest: dict[str, Any], known: dict[str, Any]) -> Source | None:
    """The source that a job took its content from; None for a job that only reads other jobs' outputs.

    `known` is the registry: {"<source>/<split>": {"rows": …, "digest": …}}.
    """
    finders = {"slice": _problems, "base": _base, "start": _adapter, "sources": _published}
    find = finders.get(manifest.get("rule", ""))
    return find(study, manifest["wildcards"], known) if find else None


def _problems(study: Study, wildcards: dict[str, str], known: dict[str, Any]) -> Source:
    part, data = study.data.slices[wildcards["slice"]], study.data
    name = f"{part.source}/{part.split}"
    if data.origin == "generated":
        return Source(name, f"generated problems, seed {data.seed}")
    local = data.origin == "local" and part.source not in HUB_ONLY
    place = f"files under {data.root}" if local else "the Hugging Face hub"
    if name not in known:
        return Source(name, f"{place}, not verified against the registry")
    return Source(name, f"{place}, as registered", known[name]["digest"], known[name]["rows"])


def _base(study: Study, wildcards: dict[str, str], _: dict[str, Any]) -> Source:
    name = wildcards["base"]
    base = study.bases()[name]
    if base.kind == "pretrain":
        return Source(f"model/{name}", f"pretrained here on generated text, seed {base.seed}")
    if base.kind == "endpoint":
        return Source(
            f"model/{name}", f"{base.model}, asked at {base.url}: not pinned, it may change any day"
        )
    if base.kind == "package":
        carried = packages()[name]
        origin = (
            f"in the package {carried['package']} {carried['version']}, {carried['licence']}, as registered"
        )
        return Source(f"model/{name}", origin, carried["files"]["weights"]["digest"])
    return Source(f"model/{name}", f"published as {base.repo} at {base.revision}")


def _published(study: Study, _: dict[str, str], __: dict[str, Any]) -> Source:
    imports = study.imports
    release = imports.release if imports else None
    where = f"{release.repo} at {release.commit}" if release else "a folder"
    licence = f", {imports.licence}" if imports else ""
    return Source("results of others", f"published results: {where}{licence}")


def _adapter(study: Study, wildcards: dict[str, str], _: dict[str, Any]) -> Source:
    arm, checkpoint = wildcards["arm"], wildcards["checkpoint"]
    settings = study.adapters()[arm, checkpoint].model_dump(mode="json")
    facts = ", ".join(f"{key} {value}" for key, value in settings.items() if value is not None)
    return Source(f"adapter/{arm}.{checkpoint}", f"published adapter: {facts}")
