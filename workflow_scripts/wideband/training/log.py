"""The training log: a table for the report, a line per step for people."""

import logging
import resource
import time

import pandas as pd
from accelerate.utils import gather_object
from transformers import TrainerCallback

from .state import processes

log = logging.getLogger(__name__)


class StepLines(TrainerCallback):
    """One line per step: reward, correct, tokens/s, time left; adds seconds and peak memory to the log."""

    def __init__(self, rollouts_per_step: int):
        self.rollouts_per_step, self.started, self.first = rollouts_per_step, 0.0, 0

    def on_train_begin(self, args, state, control, **_) -> None:
        """Start the clock."""
        self.started = self.before = time.monotonic()
        self.first = state.global_step

    def on_log(self, args, state, control, logs=None, **_) -> None:
        """Print the step's line."""
        if not logs or "reward" not in logs or not state.is_world_process_zero:
            return
        now = time.monotonic()
        entry = state.log_history[-1]
        entry["seconds"], self.before = now - self.before, now
        entry["tokens"] = round(logs["completions/mean_length"] * self.rollouts_per_step)
        entry["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        done = state.global_step - self.first
        left = (now - self.started) / max(done, 1) * (state.max_steps - state.global_step)
        log.info(
            "step %d / %d  reward %.3f  correct %.3f  tags %.3f  %.0f tokens/s  %.0f s left",
            state.global_step, state.max_steps, logs["reward"], logs["correct"], logs["tag_valid"],
            entry["tokens"] / entry["seconds"], left,
        )  # fmt: skip


class LossLines(TrainerCallback):
    """One line per step of a method without rewards; adds seconds, tokens, peak memory to the log.

    `trainer` counts in `prefixes` those that this process has taught since: the tokens of the log.
    """

    def __init__(self) -> None:
        self.trainer, self.before, self.started, self.first = None, 0.0, 0.0, 0

    def on_train_begin(self, args, state, control, **_) -> None:
        """Start the clock."""
        self.started = self.before = time.monotonic()
        self.first = state.global_step

    def on_log(self, args, state, control, logs=None, **_) -> None:
        """Print the step's line."""
        if not logs or "loss" not in logs:
            return
        taught, self.trainer.prefixes = self.trainer.prefixes, 0
        if processes() > 1:
            taught = sum(gather_object([taught]))
        now = time.monotonic()
        entry = state.log_history[-1]
        entry["seconds"], self.before = now - self.before, now
        entry["tokens"] = taught
        entry["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        done = state.global_step - self.first
        left = (now - self.started) / max(done, 1) * (state.max_steps - state.global_step)
        if state.is_world_process_zero:
            log.info(
                "step %d / %d  loss %.4f  %.0f prefixes/s  %.0f s left",
                state.global_step, state.max_steps, logs["loss"], taught / entry["seconds"], left,
            )  # fmt: skip


def training_log(history: list[dict], arm: str, stage: str) -> pd.DataFrame:
    """The `training_log` table out of the trainer's log history."""
    rows = [entry for entry in history if "tokens" in entry]
    return pd.DataFrame(
        {
            "arm": arm,
            "stage": stage,
            "step": [row["step"] for row in rows],
            # TRL logs a loss too, which is no measure of learning beside the reward.
            "loss": [None if "reward" in row else row["loss"] for row in rows],
            "reward": [row.get("reward") for row in rows],
            "correct": [row.get("correct") for row in rows],
            "valid": [row.get("valid") for row in rows],
            "tag_valid": [row.get("tag_valid") for row in rows],
            "entropy": [row.get("entropy") for row in rows],
            "kl": [row.get("kl") for row in rows],
            "tokens": [row["tokens"] for row in rows],
            "sampled_rollouts": [row.get("sampled_rollouts") for row in rows],
            "sampled_tokens": [row.get("sampled_tokens") for row in rows],
            "groups_zero_variance": [row.get("groups_zero_variance") for row in rows],
            "undecided": [row.get("undecided") for row in rows],
            "lr": [row["learning_rate"] for row in rows],
            "grad_norm": [float(row["grad_norm"]) for row in rows],
            "seconds": [row["seconds"] for row in rows],
            "peak_bytes": [row["peak_bytes"] for row in rows],
        }
    )
