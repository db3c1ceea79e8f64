"""L3, training logs: what of them can be checked by the study and by the manifest of their job.

That is arm, stage and steps; the learning rate; the reward `verified`, which follows from correctness and
tags; shares, which are of whole rollouts and groups; tokens. Other rewards follow from answers that no log
holds. Entropy, gradient norm and times cannot be had again without training again: of these only a second
sealed outcome of one training is found (see `selection`). Of evaluations inside a stage it is their items
and steps.
"""

from collections.abc import Iterator
from math import ceil
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from ..config.methods import METHODS
from ..config.training import Grpo, Stage
from ..tables import TableError, read_table
from ..tables.timeless import timeless
from ..workflow import layout
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .results import Results

LOGS = ("training_log", "eval_log")
# Rewards and shares are averaged in float32, over several processes in two steps.
CLOSE = 1e-4


def check(results: Results) -> Iterator[Finding]:
    """NUMBER_MISMATCH for every log that says what its training cannot have given."""
    for job in (job for job in results.planned if job.rule == "train"):
        for path in (path for path in job.outputs if PurePosixPath(path).stem in LOGS):
            try:
                log = read_table(results.root / path, PurePosixPath(path).stem)
            except TableError as error:
                yield Finding("INCOMPLETE", 3, f"tells nothing of its training: {error}", path)
                continue
            for wrong in _wrong(results, job, path, log):
                yield Finding("NUMBER_MISMATCH", 3, wrong, path)


def _wrong(results: Results, job: PlannedJob, path: str, log: pd.DataFrame) -> Iterator[str]:
    manifest = results.manifests.get(path)
    # Of a job that is stale the present study says nothing; that it is, L1 says.
    fresh = manifest is not None and manifest["spec"]["digest"] == job.spec.digest
    if PurePosixPath(path).stem == "eval_log":
        yield from wrong_evaluations(log, job, results) if fresh else ()
        return
    yield from wrong_in(log, job) if fresh else ()
    yield from _otherwise(log, path, manifest)


def wrong_evaluations(log: pd.DataFrame, job: PlannedJob, results: Results) -> Iterator[str]:
    """What a log of evaluations says that the training of its job cannot have found."""
    place = (job.wildcards["arm"], job.wildcards["stage"], job.spec.params["stage"]["eval"]["slice"])
    if {*zip(log["arm"], log["stage"], log["slice"], strict=True)} != {place}:
        yield f"belongs to another evaluation than that of {place[0]}.{place[1]} on {place[2]}"
    items = results.frame(layout.PROBLEMS.format(slice=place[2]))
    steps = results.study.eval_steps(place[1])
    due = {(step, uid) for step in steps for uid in (items["uid"] if items is not None else ())}
    if {*zip(log["step"], log["uid"], strict=True)} != due:
        yield f"does not hold each item of {place[2]} after steps {', '.join(map(str, steps))}"
    if (log["kl"] < 0).any():
        yield "holds a divergence below 0"


def wrong_in(log: pd.DataFrame, job: PlannedJob) -> Iterator[str]:
    """What a log says that the training of its job cannot have given."""
    asked, arm = job.spec.params["stage"], job.wildcards["arm"]
    stage = METHODS[asked["method"]].model_validate(asked)
    if set(log["arm"]) != {arm} or set(log["stage"]) != {job.wildcards["stage"]}:
        yield f"belongs to another training than {arm}.{job.wildcards['stage']}"
    steps = stage.steps or len(log)
    if list(log["step"]) != list(range(1, steps + 1)):
        yield f"does not hold steps 1 to {steps}, each once and in order"
    if stage.tokens is not None:
        done = log["trained_tokens"].fillna(0).cumsum()
        if not len(log) or done.iloc[-1] < stage.tokens or (done.iloc[:-1] >= stage.tokens).any():
            yield f"does not end with the step that reaches {stage.tokens} tokens"
    due = {"lr": _rates(stage, steps, log["step"].to_numpy() - 1)}
    if isinstance(stage, Grpo):
        due |= _of_rollouts(log, stage, job.spec.params["trainer"]["tag_coefficient"])
    yield from _off(log, due, stage)


def _rates(stage: Stage, steps: int, done: np.ndarray) -> np.ndarray:
    """The learning rate after so many steps of all, as transformers' schedules say, shaped like `done`."""
    warm = ceil(steps * stage.warmup)
    after = (done - warm) / max(1, steps - warm)
    course = 0.5 * (1 + np.cos(np.pi * after)) if stage.schedule == "cosine" else 1.0
    return stage.lr * np.where(done < warm, done / max(1, warm), course)


def _of_rollouts(log: pd.DataFrame, stage: Grpo, share: float) -> dict[str, Any]:
    rollouts = stage.groups * stage.group_size
    due = {
        "correct": _shares(log["correct"], rollouts),
        "tag_valid": _shares(log["tag_valid"], rollouts),
        "groups_zero_variance": _shares(log["groups_zero_variance"], stage.groups),
        "tokens": np.clip(log["tokens"], 1, rollouts * stage.max_tokens),
    }
    if stage.reward == "verified":
        due["reward"] = log["correct"] + share * (log["tag_valid"] - 1)
    return due


def _off(log: pd.DataFrame, due: dict[str, Any], stage: Stage) -> Iterator[str]:
    for name, values in due.items():
        known = log[name].notna() & pd.notna(values)
        scale = stage.lr if name == "lr" else 1
        off = known & ~np.isclose(log[name].astype(float), values, rtol=CLOSE, atol=CLOSE * scale)
        if off.any():
            at = int(np.flatnonzero(off)[0])
            logged = log[name].iloc[at]
            yield f"step {log['step'].iloc[at]}: {name} is {logged:.6g}, which training cannot give"


def _shares(values: pd.Series, of: int) -> np.ndarray:
    """The nearest values that are a number of rollouts or groups `of` all."""
    return np.clip(np.round(values.astype(float) * of), 0, of) / of


def _otherwise(log: pd.DataFrame, path: str, manifest: dict[str, Any] | None) -> Iterator[str]:
    """What the manifest of the job says of its log, where the log says something else."""
    notes = manifest.get("notes") if manifest else None
    if not isinstance(notes, dict):
        return
    tokens, known = notes.get("completion_tokens"), notes.get("timeless")
    if tokens is not None and tokens != int(log["tokens"].sum()):
        yield f"holds {int(log['tokens'].sum())} tokens, but its job recorded {tokens}"
    recorded = known.get(path) if isinstance(known, dict) else None
    if recorded is not None and recorded != timeless(log):
        yield "is not the log that its job recorded"
