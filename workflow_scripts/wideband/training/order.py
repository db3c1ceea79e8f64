"""Which problem each group of each step gets: seeded, and round-robin over a column if asked."""

import numpy as np
import pandas as pd

from ..config.training import Stage


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
