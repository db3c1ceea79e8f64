"""One stage of GRPO (Shao et al. 2024) with TRL: reward, advantage, entropy bonus and KL as studies say."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from datasets import Dataset
from peft import PeftModel
from transformers import PreTrainedTokenizerBase, TrainerCallback
from trl import GRPOConfig

from ..config.training import Grpo, Trainer
from ..sampling.prompts import Render, prompts
from ..sampling.requests import Settings
from .advantages import SCALES
from .log import StepLines
from .loop import common_arguments, to_the_end
from .publish import PublishEvery
from .refill import Refill
from .retention import keep_start, retaining
from .reward_function import RewardFunction
from .rollout import PolicyRollouts
from .schedule import StopAtBudget, most_steps, reached, training_order
from .state import MarkStable, StopWhenTold
from .trainer import PackedTrainer

os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")


@dataclass(frozen=True)
class Run:
    """What one training run needs besides its policy; `stop` and `render` are those of its scaffold.

    `retained`: prompts that an anchor holds on to; none where the stage has no `retain`. `trackers` look on.
    """

    stage: Grpo
    trainer: Trainer
    stop: tuple[str, ...]
    render: Render
    state: Path
    retained: Sequence[str] = ()
    trackers: Sequence[TrainerCallback] = ()


def train(
    policy: Callable[[], PeftModel],
    tokenizer: PreTrainedTokenizerBase,
    problems: pd.DataFrame,
    rewards: RewardFunction,
    run: Run,
) -> PackedTrainer:
    """Train to the stage's last step, resuming from the newest complete save in `run.state`.

    `policy` loads it, once the processes know each other: under ZeRO-3 each then holds its share only.
    Ends the process with status AGAIN after a save, when SLURM announces the end of the job's time.
    """
    stage = run.stage
    settings = Settings(stage.temperature, stage.max_tokens, run.stop)
    steps = reached(stage, run.state) or most_steps(stage, _least(problems, tokenizer, run))
    publish = PublishEvery(stage.publish_every or steps, run.state / "published")
    stopping = StopWhenTold()
    arguments = _arguments(run, steps)
    model, retention = policy(), retaining(run.retained, stage.retain, stage.seed, tokenizer)
    # With an anchor of its own TRL keeps the start.
    if retention and not stage.kl:
        keep_start(model)
    trainer = PackedTrainer(
        model=model,
        retention=retention,
        args=arguments,
        processing_class=tokenizer,
        train_dataset=_dataset(problems, run, steps),
        reward_funcs=[rewards],
        rollout_func=PolicyRollouts(settings, stage.seed, _refill(rewards, run)),
        callbacks=[
            StepLines(stage),
            StopAtBudget(stage.tokens),
            MarkStable(),
            publish,
            stopping,
            *run.trackers,
        ],
    )
    publish.trainer = trainer
    to_the_end(trainer, stopping)
    return trainer


def _refill(rewards: RewardFunction, run: Run) -> Refill | None:
    """What replaces groups without variance; None when the study does not ask for it."""
    if not run.trainer.refill_rounds:
        return None
    known, stage = tuple(rewards.items), run.stage
    return Refill(known, rewards.dull, stage.group_size, run.trainer.refill_rounds, stage.seed)


def _least(problems: pd.DataFrame, tokenizer: PreTrainedTokenizerBase, run: Run) -> int:
    """The fewest tokens of a group: the shortest prompt, and rollouts of one token."""
    asked = prompts(problems, run.render) if run.stage.tokens else [""]
    return min(len(tokenizer.encode(prompt)) for prompt in asked) + run.stage.group_size


def _dataset(problems: pd.DataFrame, run: Run, steps: int) -> Dataset:
    ordered = training_order(problems, run.stage, steps)
    return Dataset.from_dict({"prompt": prompts(ordered, run.render), "uid": list(ordered["uid"])})


def _arguments(run: Run, steps: int) -> GRPOConfig:
    stage, trainer = run.stage, run.trainer
    return GRPOConfig(
        **common_arguments(stage, trainer, run.state, steps),
        num_generations=stage.group_size,
        max_completion_length=stage.max_tokens,
        temperature=stage.temperature,
        loss_type=trainer.loss,
        # Under a continued adapter TRL's reference is a frozen copy of it: the stage's start, not the base.
        beta=stage.kl,
        entropy_coef=stage.entropy_bonus,
        scale_rewards=SCALES[stage.advantage],
        # The router is frozen, so its balancing loss could only distort what is logged.
        router_aux_loss_coef=0.0,
        shuffle_dataset=False,
    )
