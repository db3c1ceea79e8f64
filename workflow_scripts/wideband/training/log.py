"""The training log: a table for the report, a line per step for people."""

import logging
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from accelerate.utils import gather_object
from transformers import TrainerCallback, TrainerState

from ..config.training import Stage
from .schedule import TRAINED, spent
from .state import processes

log = logging.getLogger(__name__)
# What an evaluation's entry in a trainer's log history holds: the divergence of each item, by uid.
HELD_OUT = "held_out_kl"


class Lines(TrainerCallback):
    """One line per step for people, and what the log says of every step: tokens, seconds, peak memory."""

    def __init__(self, stage: Stage):
        self.stage, self.before, self.started, self.first = stage, 0.0, 0.0, 0

    def on_train_begin(self, args, state, control, **_) -> None:
        """Start the clock."""
        self.started = self.before = time.monotonic()
        self.first = self._done(state)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What happens inside takes no time of training."""
        begun = time.monotonic()
        yield
        passed = time.monotonic() - begun
        self.started, self.before = self.started + passed, self.before + passed

    def _stamp(self, state: TrainerState, tokens: int, trained: int) -> dict[str, Any]:
        """Completes the step's entry; every process has the same tokens, since training may end by them."""
        now, entry = time.monotonic(), state.log_history[-1]
        entry["tokens"], entry[TRAINED] = tokens, trained
        entry["seconds"], self.before = now - self.before, now
        entry["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return entry

    def _done(self, state: TrainerState) -> int:
        return spent(state.log_history) if self.stage.steps is None else state.global_step

    def _place(self, state: TrainerState) -> tuple[str, float]:
        """Where training stands, in words, and the seconds that it still takes at its pace."""
        done, end = self._done(state), self.stage.steps or self.stage.tokens
        left = (time.monotonic() - self.started) / max(done - self.first, 1) * max(end - done, 0)
        if self.stage.steps is None:
            return f"step {state.global_step}, {done} / {end} tokens", left
        return f"step {done} / {end}", left


class StepLines(Lines):
    """Of a method with rewards: reward, correct, tokens/s, time left."""

    def on_log(self, args, state, control, logs=None, **_) -> None:
        """Print the step's line."""
        if not logs or "reward" not in logs:
            return
        rollouts = self.stage.groups * self.stage.group_size
        tokens = round(logs["completions/mean_length"] * rollouts)
        # TRL counts the tokens of all steps so far, a prompt with each of its rollouts.
        so_far = (entry["num_tokens"] for entry in reversed(state.log_history[:-1]) if "num_tokens" in entry)
        read = logs["num_tokens"] - next(so_far, 0)
        entry = self._stamp(state, tokens, tokens + round((read - tokens) / self.stage.group_size))
        if state.is_world_process_zero:
            place, left = self._place(state)
            log.info(
                "%s  reward %.3f  correct %.3f  tags %.3f  %.0f tokens/s  %.0f s left",
                place, logs["reward"], logs["correct"], logs["tag_valid"], tokens / entry["seconds"], left,
            )  # fmt: skip


class LossLines(Lines):
    """Of a method without rewards: loss, answers' tokens/s, time left.

    `trainer` counts in `answers` and `prompts` the tokens that this process has trained on since.
    """

    trainer: Any = None

    def on_log(self, args, state, control, logs=None, **_) -> None:
        """Print the step's line."""
        if not logs or "loss" not in logs:
            return
        counted, self.trainer.answers, self.trainer.prompts = self._counted(), 0, 0
        tokens, prompts = map(sum, zip(*counted, strict=True))
        entry = self._stamp(state, tokens, tokens + prompts)
        if state.is_world_process_zero:
            place, left = self._place(state)
            pace = tokens / entry["seconds"]
            log.info("%s  loss %.4f  %.0f tokens/s  %.0f s left", place, logs["loss"], pace, left)

    def _counted(self) -> list[tuple[int, int]]:
        """Tokens of answers and of prompts, process by process."""
        own = [(self.trainer.answers, self.trainer.prompts)]
        return gather_object(own) if processes() > 1 else own


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
            "trained_tokens": [row[TRAINED] for row in rows],
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


def eval_log(history: list[dict], arm: str, stage: str, name: str) -> pd.DataFrame:
    """The `eval_log` table of a slice, out of the trainer's log history."""
    return pd.DataFrame(
        [
            {"arm": arm, "stage": stage, "step": entry["step"], "slice": name, "uid": uid, "kl": kl}
            for entry in history
            for uid, kl in entry.get(HELD_OUT, {}).items()
        ]
    )
