"""The parameters of every rule's jobs: what a job may depend on, and nothing else.

A spec holds exactly this dict, so a study key that is missing here can change without a rerun.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import plugin_registry
from ..metrics.text_names import OWN
from ..provenance import registrations
from .claims import claims_about
from .parameters_asking import lengths, loglikelihood, sample, sampling_of, scaffold_of, template
from .parameters_data import data_of, registered, slice_parameters
from .parameters_imports import import_results, imported_slice, sources
from .policy import PRETRAINED_ON
from .runs import stage_seed
from .study import NOVELTY, SECTIONS, Study

Wildcards = dict[str, str]
# How a judge may be asked: no result depends on it.
TERMS = {"key_variable", "input_per_million", "output_per_million"}
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
    return {"train": study.trained_slices(), "evaluate": sorted(study.benchmarks), "pool": pool}


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
    body, before = study.stages[stage], study.stage_before(stage, wildcards["arm"])
    return {
        **scaffold_of(arm),
        "stage": body.model_dump(mode="json", exclude={"title"}) | {"seed": stage_seed(body.seed, arm.run)},
        "task": study.task_of(study.stages[stage].slice or study.band.pool),
        "lora": None if study.adapted(wildcards["arm"], before) else study.lora.model_dump(mode="json"),
        "trainer": study.trainer.model_dump(mode="json"),
        "grading": study.grading.model_dump(mode="json"),
    }


def _grade(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    return {
        "scaffold": study.arms[wildcards["arm"]].scaffold,
        "task": study.task_of(wildcards["slice"]),
        "grading": study.grading.model_dump(mode="json"),
        "tag_coefficient": study.trainer.tag_coefficient,
    }


def _diversity(study: Study, _: Wildcards) -> dict[str, Any]:
    scaffolds = {name: arm.scaffold for name, arm in study.arms.items()}
    return {"scaffolds": scaffolds, "diversity": study.diversity.model_dump(mode="json")}


def _texts(study: Study, _: Wildcards) -> dict[str, Any]:
    """`bases`: the folder of the base model under the results, of arms whose tokens are its own."""
    arms = dict.fromkeys(arm for arm, _, _ in study.separate_evaluations("texts"))
    return {
        "scaffolds": {arm: study.arms[arm].scaffold for arm in arms},
        "texts": study.texts.model_dump(mode="json"),
        "tokens": {arm: study.tokens(arm) for arm in arms},
        "bases": {arm: study.base_of(arm).name for arm in arms if OWN in study.tokens(arm)},
    }


def _answers(study: Study, _: Wildcards) -> dict[str, Any]:
    """The metrics of each evaluation, and the tasks that read its items."""
    found = {
        cell: metrics for cell in study.separate_evaluations("items") if (metrics := study.metrics(*cell))
    }
    return {
        "metrics": {".".join(cell): metrics for cell, metrics in found.items()},
        "tasks": {name: study.task_of(name) for _, _, name in found},
        "scaffolds": {arm: study.arms[arm].scaffold for arm, _, _ in found},
    }


def _embed(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    settings = study.diversity
    return {
        "scaffold": study.arms[wildcards["arm"]].scaffold,
        "embedder": settings.embedder,
        "revision": settings.revision,
        "characters": settings.characters,
    }


def _entail(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    return {
        "scaffold": study.arms[wildcards["arm"]].scaffold,
        "entailment": study.entailment.model_dump(mode="json"),
    }


def _novelty(study: Study, _: Wildcards) -> dict[str, Any]:
    """The models, and the tasks that read the answers."""
    tasks = sorted({study.task_of(name) for _, _, name in study.separate_evaluations(NOVELTY)})
    return {"novelty": study.novelty.model_dump(mode="json"), "tasks": tasks}


def _judge(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """`scaffolds`: by which the policy's answers are read, and the base's."""
    arm = wildcards["arm"]
    sides = {"mine": arm, "base": study.evaluated_in(arm, "base")}
    return {
        "scaffolds": {side: study.arms[whose].scaffold for side, whose in sides.items()},
        "judge": study.judge.model_dump(mode="json", exclude=TERMS),
    }


def _whole_study(study: Study, _: Wildcards) -> dict[str, Any]:
    unused = {key for key in (*SECTIONS, NOVELTY, "judge") if getattr(study, key) is None}
    left_out = dict.fromkeys(("resources", *unused), True)
    content = study.model_dump(mode="json", exclude={"judge": TERMS} | left_out)
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
    "train": _train,
    "sample": sample,
    "grade": _grade,
    "loglikelihood": loglikelihood,
    "band": lambda study, _: {},
    "band_train": lambda study, _: {"if_empty": study.band.if_empty},
    "embed": _embed,
    "passk": lambda study, _: {},
    "diversity": _diversity,
    "texts": _texts,
    "entail": _entail,
    "judge": _judge,
    "entailment": lambda study, _: {"entailment": study.entailment.model_dump(mode="json")},
    "novelty": _novelty,
    "cost": lambda study, _: {},
    "answers": _answers,
    "sources": sources,
    "import_results": import_results,
    "import_slice": imported_slice,
    "number_records": _whole_study,
    "report": _report,
}
