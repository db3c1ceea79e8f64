"""The reward of a rollout, as in the published recipe: reward = correct + c (tag_valid - 1)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def reward(
    correct: Sequence[bool | None] | npt.ArrayLike,
    tag_valid: Sequence[bool] | npt.ArrayLike,
    coefficient: float,
) -> npt.NDArray[np.float64]:
    """Rewards, shape (n,), of n rollouts; one that is undecided is not correct. NaN where `correct` is None.

    A wrong, badly formed rollout gets -c, a right and well formed one 1.
    """
    return np.asarray(correct, np.float64) + coefficient * (np.asarray(tag_valid, np.float64) - 1.0)
