"""Stages of every method on choices for the tests, with the tiny policy of `tiny_policy`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from string import ascii_letters
from typing import Any

import pandas as pd
import torch
from tiny_policy import LORA, RETAINED, TEMPLATE
from transformers import Trainer as HubTrainer
from transformers import TrainerCallback

from wideband.config.evaluation import Grading
from wideband.config.methods import METHODS
from wideband.config.training import Trainer
from wideband.policy.base import load_model, load_tokenizer
from wideband.policy.load import trainable_policy
from wideband.sampling.context import context_of
from wideband.scaffolds import get
from wideband.training import methods
from wideband.training.publish import save_adapter

CHOICES = pd.DataFrame(
    {
        "uid": ["coin", "number", "colour"],
        "source": ["a", "b", "b"],
        "problem": ["A side of a coin?", "A number?", "A colour?"],
        "gold": ["heads", "7", "red"],
        "task": "choice",
        "space": ["coin", "number", "colour"],
        "options": [["heads", "tails"], [str(number) for number in range(1, 13)], ["red", "reddish", "blue"]],
        "chosen": [["It fell so.", "heads"], ["7"], ["As the sun.", "red"]],
        "rejected": [["It fell so.", "tails"], ["7 or 8"], ["As the sea.", "blue"]],
        "solutions": [
            ["It fell so."],
            ["3 + 4 = 7", "3 and 4 are 7", "8 less 1"],
            ["As the sun.", "As a rose."],
        ],
    }
)
# What a policy of random weights answers now and then. One prompt: all groups of a step are of it.
LETTERS = CHOICES[:1].assign(uid="letter", problem="A letter?", options=[list(ascii_letters)])

# Items that are held out, one with a law that is not uniform.
HELD_OUT = pd.DataFrame(
    {
        "uid": ["die", "weather"],
        "source": "c",
        "problem": ["A side of a die?", "The weather?"],
        "gold": None,
        "task": "choice",
        "space": ["die", "weather"],
        "options": [list("123456"), ["sunny", "rainy", "snowy"]],
        "masses": [None, [0.5, 0.5, 0.0]],
    }
)
EVAL = {"slice": "held_out", "every": 3}
RETAIN = {"slice": "others", "weight": 5.0, "prompts": 3}
TARGETS = {
    "all paths": {"method": "soft_target", "schedule": "cosine", "warmup": 0.25, "eval": EVAL},
    "two paths": {"method": "soft_target", "paths": 2, "loss": "sum", "retain": RETAIN, "eval": EVAL},
    # The fourth step reaches them, not the third.
    "answers": {"method": "sft", "samples": 4, "steps": None, "tokens": 200, "eval": EVAL},
    "worked answers": {"method": "sft", "answers": "solutions", "samples": 2, "scaffold": "think"},
    "pairs": {"method": "dpo", "beta": 0.5, "scaffold": "think"},
}
DIVERSE = {
    "method": "grpo",
    "reward": "leave_one_out",
    "group_size": 8,
    "max_tokens": 1,
    "temperature": 8.0,
}
# Rewards of a rollout that depend on others. At 0.3 a policy of random weights is right now and then.
REWARDS = {
    "leave_one_out": DIVERSE,
    "inverse_frequency": DIVERSE | {"reward": "inverse_frequency"},
    "witness": DIVERSE | {"reward": "witness"},
    "verified_diverse": DIVERSE | {"reward": "verified_diverse", "temperature": 0.3},
}


def tiny_method(
    base: Path,
    state: Path,
    problems: pd.DataFrame = CHOICES,
    trainer: dict[str, Any] | None = None,
    scaffold: str = "direct",
    adapter: Path | None = None,
    trackers: Sequence[TrainerCallback] = (),
    **stage: Any,
) -> HubTrainer:
    """Train the tiny policy, by the stage's method, for four steps with a save after every step."""
    said = {"slice": "tiny", "steps": 4, "groups": 2, "lr": 1e-2, "seed": 5} | stage
    given = given_stage(base, state, problems, trainer, scaffold, said, adapter)
    return methods.load(said["method"]).train(replace(given, trackers=trackers))


def given_stage(
    base: Path,
    state: Path,
    problems: pd.DataFrame,
    trainer: dict[str, Any] | None,
    scaffold: str,
    said: dict[str, Any],
    adapter: Path | None = None,
) -> methods.TrainingInputs:
    """What a stage of the tiny policy is trained with."""
    settled = Trainer.model_validate({"save_every": 1} | (trainer or {}))
    return methods.TrainingInputs(
        METHODS[said["method"]].model_validate(said),
        settled,
        partial(trainable_policy, base, adapter, LORA, settled.dtype, 5),
        load_tokenizer(base),
        context_of(base),
        problems,
        get(scaffold),
        partial(get(scaffold).text, TEMPLATE),
        Grading(),
        state,
        RETAINED,
        HELD_OUT if "eval" in said else None,
    )


def with_gold(base: Path, problems: pd.DataFrame) -> pd.DataFrame:
    """The one item as a question whose right option is what the policy says most often."""
    model, tokenizer = load_model(base).eval(), load_tokenizer(base)
    prompt = get("direct").text(TEMPLATE, problems["problem"].item())
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([tokenizer.encode(prompt)])).logits[0, -1]
    said = tokenizer.decode([int(logits.argmax())]).strip()
    return problems.assign(task="multiple_choice", space=None, options=[[said, "none"]], gold="A")


def rewarded(base: Path, reward: str) -> pd.DataFrame:
    """What a stage with that reward of REWARDS is asked."""
    return with_gold(base, LETTERS) if reward == "verified_diverse" else LETTERS


class Interrupted(TrainerCallback):
    """Ends a training after its first save."""

    def on_save(self, args, state, control, **_) -> None:
        """Called by the trainer after a save."""
        control.should_training_stop = True


def every_method(
    base: Path, folder: Path, trainer: dict[str, Any], interrupted: bool = False, only: Sequence[str] = ()
) -> None:
    """Two steps of each method, and of each diversity reward; `folder` has their adapters and logs.

    `interrupted` ones go on from the save after their first step; `only` some of TARGETS.
    """
    folder.mkdir(exist_ok=True)
    stages = {name: (CHOICES, stage) for name, stage in TARGETS.items()}
    if not only:
        stages |= {name: (rewarded(base, name), stage) for name, stage in REWARDS.items()}
        stages["retaining"] = LETTERS, DIVERSE | {"retain": RETAIN}
    for name in only or stages:
        problems, stage = stages[name]
        for trackers in ((Interrupted(),), ()) if interrupted else ((),):
            done = tiny_method(
                base,
                folder / "states" / name,
                problems,
                trainer,
                trackers=trackers,
                **{"steps": 2, **stage},
            )
        save_adapter(done, folder / name)
        if done.is_world_process_zero():
            done.state.save_to_json(str(folder / f"{name}.json"))
