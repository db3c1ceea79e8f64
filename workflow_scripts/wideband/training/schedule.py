"""How many steps a stage trains, and which problem each group of each step gets.

Where a study gives a stage tokens, counted is what a step trains on: each group's prompt once, whatever
number of answers follow it, and the tokens of these answers, their ends among them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from transformers import TrainerCallback, TrainerState
from transformers.trainer import TRAINER_STATE_NAME

from ..config.training import Stage
from .state import newest_complete, saves

# What the log calls these tokens.
TRAINED = "trained_tokens"


def steps_to(stage: Stage, tokens_of: Callable[[int], int]) -> int:
    """Steps of a stage whose tokens are known beforehand: `tokens_of` each row of its training order."""
    if stage.steps is not None:
        return stage.steps
    done = steps = 0
    while done < stage.tokens:
        done += sum(tokens_of(row) for row in range(steps * stage.groups, (steps + 1) * stage.groups))
        steps += 1
    return steps


def most_steps(stage: Stage, least: int) -> int:
    """Steps of a stage, at most, where each group of a step has at least so many tokens."""
    return stage.steps or -(-stage.tokens // (stage.groups * least))


def spent(history: Sequence[dict[str, Any]]) -> int:
    """Tokens of all steps of a trainer's log history."""
    return sum(entry.get(TRAINED, 0) for entry in history)


def reached(stage: Stage, state: Path) -> int | None:
    """The step of a save of a former process that had spent the stage's tokens; None without such a save."""
    save = newest_complete(saves(state))
    if stage.tokens is None or save is None:
        return None
    saved = TrainerState.load_from_json(str(save / TRAINER_STATE_NAME))
    return saved.global_step if spent(saved.log_history) >= stage.tokens else None


class StopAtBudget(TrainerCallback):
    """Ends training with the step that reaches a number of tokens; stands behind who logs them."""

    def __init__(self, tokens: int | None) -> None:
        self.tokens = tokens

    def on_log(self, args, state, control, **_) -> None:
        """Called by the trainer after every step."""
        if self.tokens is not None and spent(state.log_history) >= self.tokens:
            control.should_training_stop = True


def training_order(problems: pd.DataFrame, stage: Stage, steps: int) -> pd.DataFrame:
    """`steps * groups` rows of `problems` in training order, repeated when there are fewer.

    With `balance`, the values of that column take turns (seven subjects, say), so that every step sees
    all of them as evenly as its number of groups allows. Without, whole shuffled epochs follow each other.
    """
    random = np.random.default_rng(stage.seed)
    needed = steps * stage.groups
    if stage.balance is None:
        queues = [_endless(np.arange(len(problems)), random, needed)]
    else:
        groups = problems.reset_index(drop=True).groupby(stage.balance, sort=True).indices
        queues = [_endless(rows, random, needed) for _, rows in sorted(groups.items())]
    turns = [queues[index % len(queues)][index // len(queues)] for index in range(needed)]
    return problems.iloc[turns].reset_index(drop=True)


def _endless(rows: np.ndarray, random: np.random.Generator, needed: int) -> np.ndarray:
    epochs = -(-needed // len(rows))
    return np.concatenate([random.permutation(rows) for _ in range(epochs)])
