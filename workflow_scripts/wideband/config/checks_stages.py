"""What stages say of their training: how long it is, and whether method and reward fit the items."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from .. import tasks
from ..training import rewards
from .checks_resources import unknown
from .messages import readable
from .sources import PAIRED
from .study import Study
from .training import Dpo, Grpo, Sft, SoftTarget

NEEDED = {
    "gold": "a gold answer",
    "answer": "answers that can be compared",
    "law": "a target law over options",
    "options": "a list of all valid answers",
    "working": "a worked solution before the answer",
    "end": "an answer that ends the completion",
    "distribution": "a law over numbers",
    "passage": "a text that is read and not answered",
    "text": "answers that may be any text",
    "classes": "answers that can be sorted into classes",
}
# What a task gives whose items have a law that can be taught, and told exactly.
LAW = frozenset({"options", "law", "end"})


def budget_problems(study: Study) -> Iterator[str]:
    """What is wrong with the budgets of stages; numbers of steps may be asked for only after this."""
    if study.arms and not study.trained():
        return  # Stages of imported arms say how their authors trained; nothing runs them here.
    for name, stage in study.stages.items():
        key = f"stages.{name}"
        if stage.steps is None and stage.tokens is None:
            yield f"{key}.steps: missing key; say how long to train, by steps or by tokens"
        elif stage.steps is not None and stage.tokens is not None:
            yield f"{key}.tokens: steps are given as well; remove one of the two"
        elif stage.tokens is not None:
            if stage.publish_every is not None:
                yield f"{key}.publish_every: how many steps reach tokens is not known beforehand; set steps"
            if getattr(stage, "eval", None):
                yield f"{key}.eval: how many steps reach tokens is not known beforehand; set steps"
            if isinstance(stage, Grpo) and (stage.schedule != "constant" or stage.warmup):
                wrong = "warmup" if stage.schedule == "constant" else "schedule"
                yield (
                    f"{key}.{wrong}: how many steps of method grpo reach tokens is not known beforehand; "
                    "set steps, or leave the learning rate constant"
                )


def method_problems(study: Study) -> Iterator[str]:
    """What is wrong with the methods, rewards and advantages of `study`."""
    for name, stage in study.stages.items():
        key = f"stages.{name}"
        if isinstance(stage, Dpo):
            yield from _has_pairs(key, stage, study)
            continue
        if not isinstance(stage, Grpo):
            yield from _has_law(key, stage, study)
            if stage.eval:
                yield from _evaluated(f"{key}.eval", name, stage.eval.slice, study)
            continue
        yield from _best_of(key, stage)
        if stage.reward in rewards.names():
            yield from _settings(key, stage)
            yield from _fits(key, stage, study)
        else:
            yield unknown(f"{key}.reward", "reward", stage.reward, rewards.names())


def retain_problems(study: Study, root: Path) -> Iterator[str]:
    """Stages that would learn nothing: `retain` makes two passes with a gradient.

    Where activations are recomputed under ZeRO-3, DeepSpeed keeps the gradient of the last one alone.
    """
    file = study.trainer.deepspeed
    if file is None or not study.trainer.gradient_checkpointing or not _shares_weights(root / file):
        return
    for name, stage in study.stages.items():
        if getattr(stage, "retain", None):
            yield (
                f"stages.{name}.retain: its gradient would replace that of the stage under ZeRO-3 with "
                "trainer.gradient_checkpointing; set that to false, or trainer.deepspeed to "
                "config/deepspeed/zero2.json"
            )


def _shares_weights(file: Path) -> bool:
    """Whether settings of DeepSpeed are those of ZeRO-3; False for a file that cannot be read."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))["zero_optimization"]["stage"] == 3
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _settings(key: str, stage: Grpo) -> Iterator[str]:
    model, document = rewards.load(stage.reward).Settings, dict(stage.reward_settings)
    try:
        model.model_validate(document)
    except ValidationError as error:
        yield from (f"{key}.reward_settings.{line}" for line in readable(error, document, model))


def _fits(key: str, stage: Grpo, study: Study) -> Iterator[str]:
    task = study.task_of(stage.slice or study.band.pool)
    for need in sorted(rewards.load(stage.reward).NEEDS - tasks.load(task).GIVES):
        yield (
            f"{key}.reward: '{stage.reward}' needs {NEEDED[need]}, which items of task '{task}' do not have; "
            "choose another reward or slice"
        )


def _has_law(key: str, stage: SoftTarget | Sft, study: Study) -> Iterator[str]:
    name = stage.slice or study.band.pool
    if isinstance(stage, Sft) and stage.answers == "solutions":
        if name in study.data.slices and not study.data.slices[name].solutions:
            yield f"{key}.answers: slice '{name}' has no worked answers; set data.slices.{name}.solutions"
        return
    task = study.task_of(name)
    if LAW - tasks.load(task).GIVES:
        yield (
            f"{key}.method: '{stage.method}' needs {NEEDED['law']}, which items of task '{task}' do not "
            "have; choose another method or slice"
        )


def _evaluated(key: str, stage: str, name: str, study: Study) -> Iterator[str]:
    """Items that a stage is evaluated on have laws, its arms answer directly, and none trains on them."""
    if name not in study.data.slices:
        yield unknown(f"{key}.slice", "slice", name, study.data.slices)
        return
    if name in study.trained_slices() or name in study.seen():
        yield f"{key}.slice: '{name}' is trained on; name a slice that no stage trains on"
    if LAW - study.gives(name):
        yield (
            f"{key}.slice: an evaluation needs {NEEDED['law']}, which items of task "
            f"'{study.task_of(name)}' do not have; name another slice"
        )
        return
    for arm in study.trained():
        if stage in study.own_stages(arm) and not study.has("loglikelihoods", arm, "base", name):
            yield (
                f"{key}: the law of arm '{arm}' is not known exactly, since scaffold "
                f"'{study.arms[arm].scaffold}' does not answer directly; remove it, or choose another"
            )


def _has_pairs(key: str, stage: Dpo, study: Study) -> Iterator[str]:
    part = study.data.slices.get(stage.slice or study.band.pool)
    if part and part.source not in PAIRED:
        yield (
            f"{key}.method: 'dpo' needs preference pairs, and source {part.source} has none; name a slice of "
            f"source {' or '.join(PAIRED)}"
        )


def _best_of(key: str, stage: Grpo) -> Iterator[str]:
    if stage.advantage != "pass_at_k":
        if stage.k is not None:
            yield f"{key}.k: only advantage pass_at_k uses it; remove it, or set advantage: pass_at_k"
    elif stage.k is None:
        yield f"{key}.k: missing key; advantage pass_at_k needs the number of draws of which the best counts"
    elif stage.k > stage.group_size:
        yield f"{key}.k: {stage.k} draws out of a group of {stage.group_size}; make it at most group_size"
