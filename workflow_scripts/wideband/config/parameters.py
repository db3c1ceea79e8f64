"""The parameters of every rule's jobs: what a job may depend on, and nothing else.

A spec holds exactly this dict, so a study key that is missing here can change without a rerun.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import plugin_registry
from ..provenance import registrations
from . import parameters_measuring as measuring
from .claims import claims_about
from .evaluations import NOVELTY, SECTIONS
from .parameters_asking import lengths, loglikelihood, sample, sampling_of, scaffold_of, template
from .parameters_data import data_of, import_results, imported_slice, registered, slice_parameters, sources
from .policy import PRETRAINED_ON
from .runs import stage_seed
from .study import Study

Wildcards = dict[str, str]
ORDERED = ("arms", "stages", "benchmarks")
PACKAGES = Path(__file__).parents[1] / "policy" / "packages.json"
FRAGMENTS = Path("config/fragments")


def parameters(rule: str, study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """The parameters of one job of `rule`, and of the study's plugins those of which it names something."""
    found = RULES[rule](study, wildcards)
    own = plugin_registry.named(found)
    return {**found, **({"plugins": own} if own else {})}


def _golds(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    task = study.task_of(wildcards["slice"])
    return {"grading": study.grading.model_dump(mode="json"), "task": task}


def _leakage(study: Study, _: Wildcards) -> dict[str, Any]:
    pool = study.band.pool if study.has_pool() else None
    seen = study.seen()
    return {
        "train": study.trained_slices(),
        "evaluate": study.evaluated_slices(),
        "pool": pool,
        **({"seen": seen} if seen else {}),
    }


def _base(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    base = study.bases()[wildcards["base"]]
    arms = [name for name in study.arms if study.base_of(name) == base]
    read = [arm for arm in arms if study.arms[arm].scaffold in PRETRAINED_ON]
    prompts = {study.arms[arm].scaffold: template(study.arms[arm]) for arm in read}
    # Whose key it is asked with is no part of what it is.
    params = {
        "base": base.model_dump(mode="json", exclude={"key_variable"}),
        "prompts": prompts if base.kind == "pretrain" else {},
    }
    return params | ({"registered": packages()[base.name]} if base.kind == "package" else {})


def packages() -> dict[str, Any]:
    """The registry of models that packages carry: {name: {package, version, licence, files}}."""
    return json.loads(PACKAGES.read_text(encoding="utf-8"))


def _start(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    return study.adapters()[wildcards["arm"], wildcards["checkpoint"]].model_dump(mode="json")


def _train(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    stage, arm = wildcards["stage"], study.arms[wildcards["arm"]]
    body, carried = study.stages[stage], study.carried(wildcards["arm"], stage)
    settings = body.model_dump(mode="json", exclude={"title", "lora"})
    evaluated = getattr(body, "eval", None)
    return {
        **scaffold_of(arm),
        "stage": settings | {"seed": stage_seed(body.seed, arm.run)},
        "task": study.task_of(study.stages[stage].slice or study.band.pool),
        "lora": study.lora.model_dump(mode="json") if carried is None else None,
        "trainer": study.trainer.model_dump(mode="json"),
        "grading": study.grading.model_dump(mode="json"),
        **({"eval_task": study.task_of(evaluated.slice)} if evaluated else {}),
    }


def _grade(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    return {
        "scaffold": study.arms[wildcards["arm"]].scaffold,
        "task": study.task_of(wildcards["slice"]),
        "grading": study.grading.model_dump(mode="json"),
        "tag_coefficient": study.trainer.tag_coefficient,
    }


def _whole_study(study: Study, _: Wildcards) -> dict[str, Any]:
    unused = {key for key in (*SECTIONS, NOVELTY, "judge") if getattr(study, key) is None}
    left_out = dict.fromkeys(("resources", *unused), True)
    content = study.model_dump(mode="json", exclude={"judge": measuring.TERMS} | left_out)
    # Whatever the problems come from, models of the hub are pinned there.
    revisions = {"revisions": study.data.revisions} if study.data.revisions else {}
    content |= {"data": data_of(study) | revisions, "sampling": sampling_of(study)}
    # Specs sort their keys, but stages are trained, and arms reported, in the order of the study file.
    order = {section: list(content[section]) for section in ORDERED}
    published = {arm: list(body.checkpoints) for arm, body in study.arms.items() if body.checkpoints}
    # A metric is a file: which there are is no part of the study, but of its numbers.
    metrics = sorted({name for cell in study.evaluations("items") for name in study.metrics(*cell)})
    # Nor are tasks, from which follows what numbers there are.
    tasks = sorted({study.task_of(name) for name in (*study.benchmarks, *study.data.slices)})
    more = {"metrics": metrics, "checkpoints": published}
    return {"study": content, "order": order, "tasks": tasks} | {
        key: value for key, value in more.items() if value
    }


def _report(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """Templates of fragments and claims are parameters, as prompts are; so is what the registry says."""
    templates = sorted(path for path in FRAGMENTS.glob("*.*") if path.suffix in (".md", ".tex"))
    claimed = {"claims": claims_about(study.name), "registrations": _registrations(study)}
    return {
        **_whole_study(study, wildcards),
        **{key: value for key, value in claimed.items() if value},
        "fragments": {path.name: path.read_text(encoding="utf-8") for path in templates},
        "registered": registered(study, set(study.data.slices)),
    }


def _registrations(study: Study) -> list[dict[str, Any]]:
    """Claims that were registered, by the ledger: what no later run changes."""
    found = registrations.read(Path("results") / study.name)
    return [
        {"line": registration.line, "before": registration.before, "claim": registration.record["claim"]}
        for registration in found
        if registration.record
    ]


def whole_study(params: dict[str, Any]) -> Study:
    """The study out of the parameters of a rule that gets all of it, in the order of its file."""
    content = params["study"] | {
        section: {name: params["study"][section][name] for name in names}
        for section, names in params["order"].items()
    }
    for arm, names in params.get("checkpoints", {}).items():
        body = content["arms"][arm]
        content["arms"][arm] = body | {"checkpoints": {name: body["checkpoints"][name] for name in names}}
    return Study.model_validate(content)


RULES: dict[str, Callable[[Study, Wildcards], dict[str, Any]]] = {
    "slice": slice_parameters,
    "heldout": lambda study, _: study.band.heldout.model_dump(mode="json"),
    "golds": _golds,
    "leakage": _leakage,
    "base": _base,
    "lengths": lengths,
    "start": _start,
    # The model and the adapter say all.
    "merge": lambda study, _: {},
    "train": _train,
    "sample": sample,
    "grade": _grade,
    "loglikelihood": loglikelihood,
    "band": lambda study, _: {},
    "band_train": lambda study, _: {"if_empty": study.band.if_empty},
    "embed": measuring.embed,
    "passk": lambda study, _: {},
    "diversity": measuring.diversity,
    "texts": measuring.texts,
    "entail": measuring.entail,
    "judge": measuring.judge,
    "entailment": lambda study, _: {"entailment": study.entailment.model_dump(mode="json")},
    "novelty": measuring.novelty,
    "cost": lambda study, _: {},
    "answers": measuring.answers,
    "sources": sources,
    "import_results": import_results,
    "import_slice": imported_slice,
    "number_records": _whole_study,
    "report": _report,
}
