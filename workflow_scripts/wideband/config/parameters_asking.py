"""The parameters of jobs that ask a policy: engine, prompt, draws, and how long it may become."""

from pathlib import Path
from typing import Any

from .merged import Merged
from .policy import Arm
from .study import Study
from .training import Grpo

Wildcards = dict[str, str]
# Keys that a job does not look at, by what the study has chosen.
OTHER_ENGINE = {
    "transformers": {"server_python", "server_args", "url", "tensor_parallel", "laws"},
    "vllm": {"batch_size", "laws"},
    "openai": {"batch_size", "server_python", "server_args", "url", "tensor_parallel", "laws"},
}


def scaffold_of(arm: Arm) -> dict[str, Any]:
    """How an arm is asked and read."""
    return {"scaffold": arm.scaffold, "template": template(arm)}


def template(arm: Arm) -> str:
    """The text of an arm's prompt template."""
    return Path(arm.prompt).read_text(encoding="utf-8")


def sampling_of(study: Study, arm: str | None = None) -> dict[str, Any]:
    """The study's engine, or that of an arm."""
    sampling = study.sampling
    if arm and study.is_endpoint(arm):
        sampling = sampling.model_copy(update={"engine": "openai"})
    return sampling.model_dump(mode="json", exclude=OTHER_ENGINE[sampling.engine])


def loglikelihood(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """Of a temperature of 0, at which nothing is drawn, the law is that at 1."""
    sampling = sample(study, wildcards)
    prompt = {key: sampling[key] for key in ("scaffold", "template")}
    task, passage = study.task_of(wildcards["slice"]), "passage" in study.gives(wildcards["slice"])
    temperature = 1.0 if passage else sampling["temperature"] or 1.0
    # Passages are read in the job's own process.
    served = study.sampling.laws == "vllm" and not passage
    return {
        **prompt,
        "task": task,
        "temperature": temperature,
        **({"sampling": sampling_of(study)} if served else {}),
    }


def sample(study: Study, wildcards: Wildcards) -> dict[str, Any]:
    """Of a benchmark, or of the pool at the checkpoint that is trained on it."""
    name = wildcards["slice"]
    if name == study.band.pool:
        # The pool is sampled as the stage that trains on it samples.
        draw = {"n": study.band.n_samples, "seed": study.band.heldout.seed}
        source = study.band
    else:
        source = study.sampled(wildcards["arm"], name)
        draw = {"n": source.n, "seed": source.seed}
    return {
        **scaffold_of(study.arms[wildcards["arm"]]),
        **draw,
        "temperature": source.temperature,
        "max_tokens": source.max_tokens,
        "sampling": sampling_of(study, wildcards["arm"]),
    }


def lengths(study: Study, _: Wildcards) -> dict[str, Any]:
    """Of every arm that is sampled: how it is asked, and by key of the study which slice and `max_tokens`."""
    own = [name for name in study.arms if not study.imported(name) and not study.is_endpoint(name)]
    prompted = {
        name: {
            **scaffold_of(study.arms[name]),
            "base": study.base_of(name).name,
            **_models(study, name),
            "limits": _limits(study, name),
        }
        for name in own
    }
    taught = [stage.slice for stage in study.stages.values() if not isinstance(stage, Grpo) and stage.slice]
    listed = [name for name in (*study.evaluated_slices(), *taught) if study.listed(name)]
    answers = {name: study.task_of(name) for name in listed}
    return {"arms": prompted, **({"answers": answers} if answers else {})}


def _models(study: Study, arm: str) -> dict[str, list[str]]:
    """The published models of an arm's lineage, which have tokenizers and chat templates of their own.

    A merged policy has those of the model that it was merged into.
    """
    bases = [study.base_of(arm, at) for at in study.checkpoints(arm)[1:]]
    names = dict.fromkeys(base.name for base in bases if not isinstance(base, Merged))
    others = [name for name in names if name != study.base_of(arm).name]
    return {"models": others} if others else {}


def _limits(study: Study, arm: str) -> dict[str, list[Any]]:
    described = study.imported_slices()
    limits = {
        _limit(study, arm, name): [name, study.sampled(arm, name).max_tokens]
        for name in study.benchmarks
        if name not in described and study.samples(name)
    }
    if arm in study.trained():
        for name, stage in study.stages.items():
            # A training split of the band is a part of the pool.
            drawn = stage.slice or study.band.pool
            if isinstance(stage, Grpo):
                limits[f"stages.{name}.max_tokens"] = [drawn, stage.max_tokens]
            else:
                # An answer and its end; that each option fits is checked with the answers.
                limits[f"stages.{name}.slice"] = [drawn, 2]
            if retain := getattr(stage, "retain", None):
                limits[f"stages.{name}.retain.slice"] = [retain.slice, 1]
            if evaluated := getattr(stage, "eval", None):
                limits[f"stages.{name}.eval.slice"] = [evaluated.slice, 2]
        if study.band_stage():
            limits["band.max_tokens"] = [study.band.pool, study.band.max_tokens]
    return limits


def _limit(study: Study, arm: str, name: str) -> str:
    """The key that says how long an arm's completions on a benchmark may become."""
    own = study.arms[arm].sampling.max_tokens is not None
    return f"arms.{arm}.sampling.max_tokens on {name}" if own else f"benchmarks.{name}.max_tokens"


def prompted_slices(study: Study) -> list[str]:
    """The slices that arms of the study are asked about, sorted."""
    arms = lengths(study, {})["arms"].values()
    return sorted({name for arm in arms for name, _ in arm["limits"].values()})
