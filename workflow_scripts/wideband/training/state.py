"""Resumable state of a training run: saves that are complete carry a marker.

SLURM announces the time limit by a signal; training then saves and stops (`StopWhenTold`).
"""

import logging
import os
import shutil
import signal
from pathlib import Path

import torch
import torch.distributed as dist
from transformers import TrainerCallback

STABLE = "STABLE"
log = logging.getLogger(__name__)
# `--signal=USR1@<seconds>` of the job.
ANNOUNCED_BY = signal.SIGUSR1


class MarkStable(TrainerCallback):
    """Marks a save once all of its files are written, by every process."""

    def on_save(self, args, state, control, **_) -> None:
        """Called by the trainer after a save."""
        together()
        if first_process():
            (Path(args.output_dir) / f"checkpoint-{state.global_step}" / STABLE).touch()


def saves(state: Path) -> Path:
    """The folder of saves that this run can read: DeepSpeed's are for as many processes as wrote them."""
    world = int(os.environ.get("WORLD_SIZE", 1))
    return state / f"processes-{world}" if world > 1 else state


def last_complete(folder: Path) -> Path | None:
    """The newest complete save; half-written ones are removed."""
    if first_process():
        for save in folder.glob("checkpoint-*"):
            if not (save / STABLE).exists():
                shutil.rmtree(save)
    together()
    return newest_complete(folder)


def newest_complete(folder: Path) -> Path | None:
    """The newest complete save; nothing is changed."""
    complete = (mark.parent for mark in folder.glob(f"checkpoint-*/{STABLE}"))
    return max(complete, key=lambda save: int(save.name.split("-")[1]), default=None)


def processes() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def first_process() -> bool:
    """Whether this process is the one that writes what all share."""
    return not dist.is_initialized() or dist.get_rank() == 0


def together() -> None:
    """Wait until every process of the run is here."""
    if dist.is_initialized():
        dist.barrier()


def leave() -> None:
    """End what the processes have in common, all of them at once: who stays alone in it can be aborted."""
    together()
    if dist.is_initialized():
        dist.destroy_process_group()


class StopWhenTold(TrainerCallback):
    """After the step during which the signal came, saves and ends the training, in all processes alike.

    `stopped` is the step it stopped after; None for a run that went to its end.
    """

    def __init__(self) -> None:
        self.told, self.stopped = False, None
        signal.signal(ANNOUNCED_BY, self._tell)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {ANNOUNCED_BY})

    def on_step_end(self, args, state, control, **_) -> None:
        """Stop if any process was told to."""
        if self._any(args.device) and state.global_step < state.max_steps:
            log.info("told to stop: saving after step %d of %d", state.global_step, state.max_steps)
            self.stopped = state.global_step
            control.should_save = control.should_training_stop = True

    def _tell(self, *_: object) -> None:
        self.told = True

    def _any(self, device: torch.device) -> bool:
        if not dist.is_initialized():
            return self.told
        any_told = torch.tensor([float(self.told)], device=device)
        dist.all_reduce(any_told, op=dist.ReduceOp.MAX)
        return bool(any_told.item())
