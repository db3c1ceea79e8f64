"""Writing the crate's metadata file and its twin in W3C PROV: entities are contents, activities are runs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import WidebandError
from ..atomic import write_text
from .actions import add_actions
from .data import Data, add_outputs, add_records
from .runs import Run, runs
from .workflow import add_credit, add_workflow

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

METADATA = "ro-crate-metadata.json"
PROV, NAMESPACE = "provenance/prov.json", "urn:wideband:"
RUN_TERMS = "https://w3id.org/ro/terms/workflow-run/context"
# Identifier and name of each profile that the crate conforms to.
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}


class MissingPackageError(WidebandError):
    """A library that only the export needs is not installed."""


def write_crate(root: Path, project: Path) -> Path:
    """Write `ro-crate-metadata.json` and `provenance/prov.json` for a study's results; the former's path.

    Args:
        root: results/<study>.
        project: the folder of the Snakefile, of which the files that describe the workflow are copied.

    The same results and workflow give the same bytes: every date comes from a manifest. Digests are those of
    the manifests; whether they hold is the audit's question. Raises CrateError, ManifestError.
    """
    found = runs(root)
    write_text(root / PROV, _text(prov_json(found)))
    write_text(root / METADATA, _text(_metadata(root, project, found)))
    return root / METADATA


def _metadata(root: Path, project: Path, found: list[Run]) -> dict[str, Any]:
    """RO-Crate 1.1, since the run profiles 0.5 build on it."""
    try:
        from rocrate.rocrate import ROCrate
    except ImportError as error:
        raise MissingPackageError(f"{error}; install envs/pipeline.lock, which has rocrate") from None
    crate = ROCrate(version="1.1")
    data = Data(crate, root)
    add_outputs(data, found)
    add_records(data)
    data.record(PROV, "the same history as W3C PROV")
    _describe(crate, found)
    add_credit(crate, project)
    add_actions(data, found, add_workflow(data, found, project))
    content = crate.metadata.generate()
    graph = sorted(content["@graph"], key=lambda entity: entity["@id"])
    return content | {"@graph": [_compact(entity) for entity in graph]}


def _compact(entity: dict[str, Any]) -> dict[str, Any]:
    """Lists of one value as that value, empty ones left out, as RO-Crate asks for."""
    single = {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in entity.items()
    }
    return {key: value for key, value in single.items() if value != []}


def _describe(crate: "ROCrate", found: list[Run]) -> None:
    crate.metadata.extra_contexts.append(RUN_TERMS)
    study = found[0].manifest["study"]
    crate.name = f"Results of the study {study}"
    crate.description = f"All results of the Wideband study {study}, and the run of every job that made them."
    crate.datePublished = max(run.manifest["ended"] for run in found)
    crate.root_dataset["conformsTo"] = [
        crate.add_jsonld(
            {"@id": profile, "@type": "CreativeWork", "name": name, "version": profile.rpartition("/")[2]}
        )
        for profile, name in PROFILES.items()
    ]


def _text(content: Any) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def prov_json(found: list[Run]) -> dict[str, Any]:
    """PROV-JSON: what each run used and generated, when, and under which version of Snakemake."""
    from prov.model import ProvDocument

    document = ProvDocument()
    document.add_namespace("wideband", NAMESPACE)
    for run in found:
        activity = document.activity(
            f"wideband:run/{run.id}",
            run.manifest["started"],
            run.manifest["ended"],
            {"prov:label": run.label, "wideband:rule": run.rule, "wideband:code": run.manifest["code"]},
        )
        agent = document.agent(_engine(run), {"prov:type": "prov:SoftwareAgent"})
        document.wasAssociatedWith(activity, agent)
        for entry in run.inputs:
            document.used(activity, _entity(document, entry))
        for entry in run.outputs:
            document.wasGeneratedBy(_entity(document, entry), activity, run.manifest["ended"])
    return json.loads(document.unified().serialize(format="json"))


def _entity(document: Any, entry: dict[str, Any]) -> Any:
    """A content at a path: two contents of one path are two entities."""
    return document.entity(
        f"wideband:{entry['path']}@{entry['digest'][:16]}",
        {
            "prov:label": entry["path"],
            "wideband:blake3": entry["digest"],
            "wideband:bytes": str(entry["bytes"]),
        },
    )


def _engine(run: Run) -> str:
    return f"wideband:snakemake-{run.manifest['environment']['packages'].get('snakemake', 'unknown')}"
