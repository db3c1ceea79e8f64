"""The parameters of jobs that measure answers: as texts, as vectors, by models, item by item."""

from typing import Any

from ..metrics.text_names import OWN
from .evaluations import NOVELTY
from .pinned import named
from .study import Study

Wildcards = dict[str, str]
# How a judge may be asked: no result depends on it.
TERMS = {"key_variable", "input_per_million", "output_per_million"}


def diversity(study: Study, _: Wildcards) -> dict[str, Any]:
    """How texts are read, and the settings of the metrics."""
    scaffolds = {name: arm.scaffold for name, arm in study.arms.items()}
    return {"scaffolds": scaffolds, "diversity": study.diversity.model_dump(mode="json")}


def texts(study: Study, _: Wildcards) -> dict[str, Any]:
    """`bases`: the folder of the base model under the results, of arms whose tokens are its own."""
    arms = dict.fromkeys(arm for arm, _, _ in study.separate_evaluations("texts"))
    return {
        "scaffolds": {arm: study.arms[arm].scaffold for arm in arms},
        "texts": study.texts.model_dump(mode="json"),
        "tokens": {arm: study.tokens(arm) for arm in arms},
        "bases": {arm: study.base_of(arm).name for arm in arms if OWN in study.tokens(arm)},
    }


def answers(study: Study, _: Wildcards) -> dict[str, Any]:
    """The metrics of each evaluation, and the tasks that read its items."""
    found = {
        cell: metrics for cell in study.separate_evaluations("items") if (metrics := study.metrics(*cell))
    }
    return {
        "metrics": {".".join(cell): metrics for cell, metrics in found.items()},
        "tasks": {name: study.task_of(name) for _, _, name in found},
        "scaffolds": {arm: study.arms[arm].scaffold for arm, _, _ in found},
    }


def embed(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """How texts are read and cut, and the embedder."""
    settings = study.diversity
    return {
        "scaffold": study.arms[wildcards["arm"]].scaffold,
        "embedder": settings.embedder,
        "revision": named(settings.embedder, settings.revision, study.data.revisions),
        "characters": settings.characters,
    }


def entail(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """How texts are read, and the classifier."""
    settings = study.entailment
    commit = named(settings.model, settings.revision, study.data.revisions)
    return {
        "scaffold": study.arms[wildcards["arm"]].scaffold,
        "entailment": settings.model_dump(mode="json") | {"revision": commit},
    }


def novelty(study: Study, _: Wildcards) -> dict[str, Any]:
    """The models, and the tasks that read the answers."""
    tasks = sorted({study.task_of(name) for _, _, name in study.separate_evaluations(NOVELTY)})
    return {"novelty": study.novelty.model_dump(mode="json"), "tasks": tasks}


def judge(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """`scaffolds`: by which the policy's answers are read, and the base's."""
    arm = wildcards["arm"]
    sides = {"mine": arm, "base": study.evaluated_in(arm, "base")}
    return {
        "scaffolds": {side: study.arms[whose].scaffold for side, whose in sides.items()},
        "judge": study.judge.model_dump(mode="json", exclude=TERMS),
    }
