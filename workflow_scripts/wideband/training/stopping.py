"""Ending a run early and well: SLURM announces the time limit by a signal, training saves and stops."""

import logging
import signal

import torch
import torch.distributed as dist
from transformers import TrainerCallback

log = logging.getLogger(__name__)
# `--signal=USR1@<seconds>` of the job.
ANNOUNCED_BY = signal.SIGUSR1


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
