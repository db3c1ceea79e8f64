"""One stage of GRPO (Shao et al. 2024) with TRL: reward, advantage, entropy bonus and KL as studies say."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch
from datasets import Dataset
from peft import PeftModel
from transformers import PreTrainedTokenizerBase, PrinterCallback
from trl import GRPOConfig

from ..cluster.launch import AGAIN
from ..config.training import Stage, Trainer
from ..sampling.prompts import Render, prompts
from ..sampling.requests import Settings
from .advantages import SCALES
from .log import StepLines
from .order import training_order
from .publish import PublishEvery
from .refill import Refill
from .reward_function import RewardFunction
from .rollout import PolicyRollouts
from .state import MarkStable, last_complete, leave
from .stopping import StopWhenTold
from .trainer import PackedTrainer
from .without_compiler import keep_from_compiling

os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")


@dataclass(frozen=True)
class Run:
    """What one training run needs besides its policy; `stop` and `render` are those of its scaffold."""

    stage: Stage
    trainer: Trainer
    stop: tuple[str, ...]
    render: Render
    state: Path


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
    publish = PublishEvery(stage.publish_every or stage.steps, run.state / "published")
    told = StopWhenTold()
    arguments = _arguments(run)
    trainer = PackedTrainer(
        model=policy(),
        args=arguments,
        processing_class=tokenizer,
        train_dataset=_dataset(problems, run),
        reward_funcs=[rewards],
        rollout_func=PolicyRollouts(settings, stage.seed, _refill(rewards, run)),
        callbacks=[StepLines(stage.groups * stage.group_size), MarkStable(), publish, told],
    )
    # It would print every logged figure of every step; StepLines prints what people read.
    trainer.remove_callback(PrinterCallback)
    publish.trainer = trainer
    trainer.train(resume_from_checkpoint=last_complete(Path(trainer.args.output_dir)))
    if told.stopped is not None:
        leave()
        sys.exit(AGAIN)
    return trainer


def _refill(rewards: RewardFunction, run: Run) -> Refill | None:
    """What replaces groups without variance; None when the study does not ask for it."""
    if not run.trainer.refill_rounds:
        return None
    known, stage = tuple(rewards.items), run.stage
    return Refill(known, rewards.dull, stage.group_size, run.trainer.refill_rounds, stage.seed)


def _dataset(problems: pd.DataFrame, run: Run) -> Dataset:
    ordered = training_order(problems, run.stage)
    return Dataset.from_dict({"prompt": prompts(ordered, run.render), "uid": list(ordered["uid"])})


def _arguments(run: Run) -> GRPOConfig:
    stage, trainer, cpu = run.stage, run.trainer, not torch.cuda.is_available()
    if trainer.deepspeed and cpu:
        keep_from_compiling()
    world = int(os.environ.get("WORLD_SIZE", 1))
    rollouts = stage.groups * stage.group_size
    per_device = min(trainer.micro_batch, rollouts // world)
    return GRPOConfig(
        # DeepSpeed's saves can only be read by as many processes as wrote them.
        output_dir=str(run.state / f"processes-{world}" if world > 1 else run.state),
        max_steps=stage.steps,
        learning_rate=stage.lr,
        lr_scheduler_type="constant",
        weight_decay=0.0,
        max_grad_norm=1.0,
        per_device_train_batch_size=per_device,
        gradient_accumulation_steps=rollouts // (per_device * world),
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
        gradient_checkpointing=trainer.gradient_checkpointing,
        gradient_checkpointing_kwargs={"use_reentrant": False} if trainer.gradient_checkpointing else None,
        bf16=trainer.dtype == "bfloat16",
        use_cpu=cpu,
        deepspeed=trainer.deepspeed,
        seed=stage.seed % 2**32,
        shuffle_dataset=False,
        remove_unused_columns=False,
        logging_steps=1,
        save_steps=trainer.save_every,
        save_total_limit=2,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=not cpu,
    )
