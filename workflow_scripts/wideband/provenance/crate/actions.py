"""Runs as actions: what each job did, the step it was, and the run of the workflow as a whole."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .data import Data
from .runs import Run
from .workflow import step_id, tool_id

if TYPE_CHECKING:
    from rocrate.model.entity import Entity
    from rocrate.rocrate import ROCrate

COMPLETED = "http://schema.org/CompletedActionStatus"
# Codes of units (UN/CEFACT recommendation 20): bytes, seconds, and things that are counted.
BYTES, SECONDS, COUNT = "AD", "SEC", "C62"


def add_actions(data: Data, found: list[Run], workflow: "Entity") -> "Entity":
    """An action per run, one for the step it took, one for the whole; the last is returned."""
    crate = data.crate
    jobs = [_job(data, run) for run in found]
    whole = _whole(data, found, workflow)
    control = [_control(crate, run, job) for run, job in zip(found, jobs, strict=True)]
    engine = crate.add_jsonld(
        {
            "@id": "#engine/snakemake",
            "@type": "SoftwareApplication",
            "name": "Snakemake",
            "url": "https://snakemake.readthedocs.io",
            "softwareVersion": workflow["programmingLanguage"].get("version", "unknown"),
        }
    )
    crate.add_jsonld(
        {
            "@id": "#organisation-of-jobs",
            "@type": "OrganizeAction",
            "name": "jobs that Snakemake ran",
            "instrument": engine,
            "object": control,
            "result": whole,
            **_span(found),
        }
    )
    crate.root_dataset["mentions"] = [whole, *jobs]
    return whole


def _job(data: Data, run: Run) -> "Entity":
    """A run as a CreateAction: tool, what it read and wrote, when, where, with what."""
    objects = [data.read(entry) for entry in run.inputs] + [
        _value(data.crate, "seed", name, seed) for name, seed in run.manifest["seeds"].items()
    ]
    return data.crate.add_jsonld(
        {
            "@id": f"#job/{run.id}",
            "@type": "CreateAction",
            "name": run.label,
            "description": f"A job of rule {run.rule}, as {run.id}.manifest.json records it.",
            "instrument": {"@id": tool_id(run.rule)},
            "object": _once(objects),
            "result": [data.read(entry) for entry in run.outputs],
            "environment": [
                _value(data.crate, "environment", *entry) for entry in _environment(run.manifest)
            ],
            "resourceUsage": [_usage(data.crate, run, *entry) for entry in _used(run.manifest)],
            "actionStatus": COMPLETED,
            **_span([run]),
        }
    )


def _whole(data: Data, found: list[Run], workflow: "Entity") -> "Entity":
    """The study: from what no job wrote to what no job read."""
    written = {entry["digest"] for run in found for entry in run.outputs}
    read = {entry["digest"] for run in found for entry in run.inputs}
    first = [data.read(entry) for run in found for entry in run.inputs if entry["digest"] not in written]
    last = [data.read(entry) for run in found for entry in run.outputs if entry["digest"] not in read]
    study = found[0].manifest["study"]
    return data.crate.add_jsonld(
        {
            "@id": "#study",
            "@type": "CreateAction",
            "name": f"the study {study}",
            "description": f"{len(found)} jobs, from specs and sources to numbers and report.",
            "instrument": workflow,
            "object": _once(first),
            "result": _once(last),
            "actionStatus": COMPLETED,
            **_span(found),
        }
    )


def _control(crate: "ROCrate", run: Run, job: "Entity") -> "Entity":
    return crate.add_jsonld(
        {
            "@id": f"#step/{run.id}",
            "@type": "ControlAction",
            "name": f"step {run.label}",
            "instrument": {"@id": step_id(run.rule)},
            "object": job,
        }
    )


def _span(found: list[Run]) -> dict[str, str]:
    return {
        "startTime": min(run.manifest["started"] for run in found),
        "endTime": max(run.manifest["ended"] for run in found),
    }


def _environment(manifest: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name and value of what a job ran in; facts that its record leaves empty are left out."""
    machine, environment, git = manifest["machine"], manifest["environment"], manifest["git"] or {}
    known = {
        "host": machine["host"],
        "cpus": machine["cpus_usable"],
        "gpus": ", ".join(machine["gpus"]),
        **(machine["slurm"] or {}),
        "platform": environment["platform"],
        "python": environment["python"],
        "environment lock": environment["lock"],
        "code fingerprint": manifest["code"],
        "git commit": git.get("commit"),
        "uncommitted changes": git.get("diff"),
    }
    return ((name, value) for name, value in known.items() if value not in (None, ""))


def _used(manifest: dict[str, Any]) -> Iterator[tuple[str, int | float, str]]:
    """Name, amount and unit of what a job used: time, memory, and the counts that it noted."""
    yield "cpu_seconds", manifest["cpu_seconds"], SECONDS
    yield "peak_rss_bytes", manifest["peak_rss_bytes"], BYTES
    for name, value in sorted(manifest["notes"].items()):
        if name.endswith("tokens") and isinstance(value, int | float):
            yield name, value, COUNT


def _usage(crate: "ROCrate", run: Run, name: str, value: float, unit: str) -> "Entity":
    return crate.add_jsonld(
        {
            "@id": f"#used/{name}/{run.id}",
            "@type": "PropertyValue",
            "name": name,
            "propertyID": f"urn:wideband:{name}",
            "value": str(value),
            "unitCode": unit,
        }
    )


def _value(crate: "ROCrate", kind: str, name: str, value: Any) -> "Entity":
    """A named value; jobs that share it share the entity."""
    identifier = f"#{kind}/{quote(f'{name}={value}', safe='=')}"
    entity = {"@id": identifier, "@type": "PropertyValue", "name": name, "value": str(value)}
    return crate.dereference(identifier) or crate.add_jsonld(entity)


def _once(entities: list["Entity"]) -> list["Entity"]:
    return list({entity.id: entity for entity in entities}.values())
