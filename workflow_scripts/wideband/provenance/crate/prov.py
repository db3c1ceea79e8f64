"""The same history in W3C PROV: entities are contents, activities are runs."""

import json
from typing import Any

from .runs import Run

NAMESPACE = "urn:wideband:"


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
