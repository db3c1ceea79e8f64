"""What every method's run has in common: arguments of its trainer, and the way to its end."""

import os
import sys
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import PrinterCallback

from ..cluster.launch import AGAIN
from ..config.methods import a_step
from ..config.training import Stage, Trainer
from .state import StopWhenTold, last_complete, leave, saves


def common_arguments(stage: Stage, trainer: Trainer, state: Path, steps: int) -> dict[str, Any]:
    """Arguments of transformers' and TRL's trainers; a step is shared by processes and micro-batches."""
    cpu = not torch.cuda.is_available()
    if trainer.deepspeed and cpu:
        keep_from_compiling()
    world = int(os.environ.get("WORLD_SIZE", 1))
    shared = a_step(stage)
    per_device = min(trainer.micro_batch, shared // world)
    return {
        "output_dir": str(saves(state)),
        "max_steps": steps,
        "learning_rate": stage.lr,
        # The plain constant schedule of transformers has no warm-up.
        "lr_scheduler_type": "constant_with_warmup" if stage.schedule == "constant" else stage.schedule,
        "warmup_steps": stage.warmup,
        "weight_decay": stage.weight_decay,
        "max_grad_norm": 1.0,
        "per_device_train_batch_size": per_device,
        "gradient_accumulation_steps": shared // (per_device * world),
        "gradient_checkpointing": trainer.gradient_checkpointing,
        "gradient_checkpointing_kwargs": {"use_reentrant": False} if trainer.gradient_checkpointing else None,
        "bf16": trainer.dtype == "bfloat16",
        "use_cpu": cpu,
        "deepspeed": trainer.deepspeed,
        "seed": stage.seed % 2**32,
        "remove_unused_columns": False,
        "logging_steps": 1,
        "save_steps": trainer.save_every,
        "save_total_limit": 2,
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": not cpu,
    }


def to_the_end(trainer: transformers.Trainer, stopping: StopWhenTold) -> None:
    """Train to the last step from the newest complete save.

    Ends the process with status AGAIN after a save, when SLURM announces the end of the job's time.
    """
    # It would print every logged figure of every step; callbacks of ours print what people read.
    trainer.remove_callback(PrinterCallback)
    # TRL asks whatever trackers are installed for the card of each save, which nobody reads.
    trainer.create_model_card = lambda *_, **__: None
    trainer.train(resume_from_checkpoint=last_complete(Path(trainer.args.output_dir)))
    if stopping.stopped is not None:
        leave()
        sys.exit(AGAIN)


def keep_from_compiling() -> None:
    """Let DeepSpeed on CPUs do without its shared-memory operation, and gloo reduce instead.

    Called before the process group is made. It would compile the operation in the middle of a job. The
    compiler takes a minute and 2 GB, and a killed one leaves a lock on which later jobs wait.
    """
    import deepspeed

    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
