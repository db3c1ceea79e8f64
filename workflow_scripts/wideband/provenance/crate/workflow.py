"""The workflow and who wrote it: a copy of its files, its steps, tools, licence and authors."""

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import yaml

from ... import __version__
from ..atomic import write_text
from .data import Data
from .runs import CrateError, Run

if TYPE_CHECKING:
    from rocrate.model.entity import Entity
    from rocrate.rocrate import ROCrate

# A crate holds its main workflow: the few files that say what ran are copied into the results.
COPIED = "provenance/workflow"
MAIN = f"{COPIED}/Snakefile"
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"


def add_workflow(data: Data, found: list[Run], project: Path) -> "Entity":
    """Copy the workflow's files and describe it as the crate's main entity, with a step and tool per rule."""
    crate, study = data.crate, found[0].manifest["study"]
    for name in _names(project, study):
        _copy(project / name, data.root / COPIED / name)
        if name != "Snakefile":
            data.record(f"{COPIED}/{name}", "part of the workflow")
    about = data.record(MAIN, "the workflow: its rules are in the files beside it")
    described = dict(about.properties()) | {"version": __version__}
    crate.delete(about)
    workflow = crate.add_workflow(
        dest_path=MAIN, main=True, lang="snakemake", lang_version=_snakemake(found), properties=described
    )
    workflow.properties()["@type"] = ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"]
    workflow["conformsTo"] = {"@id": BIOSCHEMAS}
    rules = list(dict.fromkeys(run.rule for run in found))
    workflow["step"] = [_step(crate, rule, place, project) for place, rule in enumerate(rules, 1)]
    workflow["hasPart"] = [step["workExample"] for step in workflow["step"]]
    workflow["softwareRequirements"] = [_package(crate, *package) for package in _packages(found)]
    return workflow


def add_credit(crate: "ROCrate", project: Path) -> None:
    """Title, licence and authors as CITATION.cff has them. Raises CrateError."""
    path = project / "CITATION.cff"
    try:
        cited = yaml.safe_load(path.read_text(encoding="utf-8"))
        licence, authors = str(cited["license"]), cited["authors"]
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise CrateError(f"{path}: lacks license or authors ({error}); restore it") from None
    crate.license = crate.add_jsonld(
        {
            "@id": f"https://spdx.org/licenses/{licence}",
            "@type": "CreativeWork",
            "name": licence,
            "identifier": licence,
        }
    )
    crate.root_dataset["author"] = [_author(crate, author) for author in authors]


def tool_id(rule: str) -> str:
    """The identifier of a rule's tool."""
    return f"#tool/{rule}"


def step_id(rule: str) -> str:
    """The identifier of a rule's step."""
    return f"{MAIN}#{rule}"


def _names(project: Path, study: str) -> list[str]:
    rules = [f"rules/{path.name}" for path in sorted((project / "rules").glob("*.smk"))]
    # A study's part on one base lies in the whole study's file.
    described = f"config/studies/{study.partition('@')[0]}.yaml"
    fixed = ["Snakefile", described, "envs/pipeline.lock", "LICENSE", "CITATION.cff"]
    return sorted(name for name in [*rules, *fixed] if (project / name).is_file())


def _copy(source: Path, target: Path) -> None:
    text = source.read_text(encoding="utf-8")
    if not (target.is_file() and target.read_bytes() == text.encode()):
        write_text(target, text)


def _step(crate: "ROCrate", rule: str, place: int, project: Path) -> "Entity":
    script = f"workflow_scripts/{rule}.py"
    tool = {
        "@id": tool_id(rule),
        "@type": "SoftwareApplication",
        "name": script,
        "description": _docstring(project / script),
        "softwareVersion": __version__,
    }
    step = {"@id": step_id(rule), "@type": "HowToStep", "name": rule, "position": str(place)}
    return crate.add_jsonld({**step, "workExample": crate.add_jsonld(tool)})


def _docstring(script: Path) -> str:
    """What a script says it does."""
    try:
        return (ast.get_docstring(ast.parse(script.read_bytes())) or script.stem).partition("\n")[0]
    except (OSError, SyntaxError):
        return script.stem


def _snakemake(found: list[Run]) -> str | None:
    return found[-1].manifest["environment"]["packages"].get("snakemake")


def _packages(found: list[Run]) -> list[tuple[str, str]]:
    """Every version of every library that some job ran with."""
    return sorted(
        {item for run in found for item in run.manifest["environment"]["packages"].items()}
        | {("python", run.manifest["environment"]["python"]) for run in found}
    )


def _package(crate: "ROCrate", name: str, version: str) -> "Entity":
    url = "https://www.python.org/" if name == "python" else f"https://pypi.org/project/{name}/"
    entity = {"@id": f"#package/{name}/{version}", "@type": "SoftwareApplication"}
    return crate.add_jsonld({**entity, "name": name, "softwareVersion": version, "url": url})


def _author(crate: "ROCrate", author: dict[str, Any]) -> "Entity":
    parts: Iterable[str] = (author.get("given-names"), author.get("family-names"))
    person = " ".join(filter(None, parts))
    name = person or author["name"]
    kind = "Person" if person else "Organization"
    return crate.add_jsonld(
        {"@id": author.get("orcid") or f"#{kind.lower()}/{quote(name)}", "@type": kind, "name": name}
    )
