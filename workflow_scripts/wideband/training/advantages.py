"""Advantages by name. TRL subtracts a group's mean reward, and divides by its standard deviation if asked.

`mean` (Liu et al. 2025, Dr. GRPO) and `mean_std` (Shao et al. 2024) are TRL's own; those of `pass_at_k` take
the place of what TRL makes of the rewards.
"""

from functools import cache
from math import comb

import numpy as np
import numpy.typing as npt

# Of each advantage, TRL's `scale_rewards`.
SCALES = {"mean": "none", "mean_std": "group", "pass_at_k": "none"}


def pass_at_k(rewards: npt.NDArray[np.float64], k: int) -> npt.NDArray[np.float64]:
    """What each rollout of a group adds to the best of k drawn from it; rewards and result of shape (G,).

    The mean over all k-subsets that hold the rollout of (best of the subset - best of it without the
    rollout), times k / G: the unbiased gradient weight of max@k with leave-one-out baseline (Walder,
    Karkhanis 2025, arXiv:2505.15201, s^(loo-1)). Of 0/1 rewards it is that of pass@k. Raises ValueError
    unless 2 <= k <= G.
    """
    size = len(rewards)
    if not 2 <= k <= size:
        raise ValueError(f"pass_at_k: k is {k}; it must be between 2 and the group's size, {size}")
    order = np.argsort(rewards, kind="stable")
    best = rewards[order]
    with_it, without = _weights(size, k)
    gained = np.empty(size)
    gained[order] = with_it @ best - without @ best
    return gained


@cache
def _weights(size: int, k: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Of each rollout (row, by rank), how often each rank (column) is the best with it, and without it.

    As shares of all k-subsets. Ties are broken by position, which changes no value.
    """
    total = comb(size, k)
    with_it, without = np.zeros((size, size)), np.zeros((size, size))
    for i in range(size):
        with_it[i, i] = comb(i, k - 1) / total
        for j in range(size):
            if j > i:
                with_it[i, j] = comb(j - 1, k - 2) / total
            if j != i:
                below = j - (i < j)
                without[i, j] = comb(below, k - 2) / total
    return with_it, without
