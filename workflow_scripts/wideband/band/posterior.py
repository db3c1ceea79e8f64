"""How sure a band is: the posterior of the pass rate and a fresh draw under it.

Given c correct of n, the pass rate p has posterior Beta(c + α, n − c + α); α = 1/2 is Jeffreys' prior,
α = 1 the uniform one. A fresh draw of m rollouts is all wrong with probability E[(1 − p)^m] and all right
with E[p^m]; both are quotients of Beta functions: E[p^m] = B(a + m, b) / B(a, b), Gelman et al.,
Bayesian Data Analysis, section 2.4.
"""

from functools import lru_cache
from math import exp, lgamma

import numpy as np
import pandas as pd

JEFFREYS = 0.5


def class_probabilities(
    n: np.ndarray, n_correct: np.ndarray, draws: np.ndarray | None = None, prior: float = JEFFREYS
) -> np.ndarray:
    """Probabilities (P, 3) that `draws` fresh rollouts (default n) are all_zero, variance_band, all_one."""
    draws = n if draws is None else draws
    rows = zip(
        np.asarray(n).tolist(), np.asarray(n_correct).tolist(), np.asarray(draws).tolist(), strict=True
    )
    return np.array([_probabilities(*row, prior) for row in rows], dtype=float).reshape(-1, 3)


def p_in_band(
    n: np.ndarray, n_correct: np.ndarray, draws: np.ndarray | None = None, prior: float = JEFFREYS
) -> np.ndarray:
    """P(fresh draw lands in the variance band) (P,): E[1 − p^m − (1 − p)^m] under the posterior."""
    return class_probabilities(n, n_correct, draws, prior)[:, 1]


def p_same_class(n: np.ndarray, n_correct: np.ndarray, prior: float = JEFFREYS) -> np.ndarray:
    """P(a fresh draw of n rollouts gives the same band again) (P,)."""
    n, n_correct = np.asarray(n), np.asarray(n_correct)
    observed = np.select([n_correct == 0, n_correct == n], [0, 2], default=1)
    return class_probabilities(n, n_correct, None, prior)[np.arange(len(n)), observed]


def stability(band: pd.DataFrame, prior: float = JEFFREYS) -> float:
    """Expected share of problems that keep their band under a re-test; NaN for an empty band table."""
    same = p_same_class(band["n_samples"].to_numpy(), band["n_correct"].to_numpy(), prior)
    return float(same.mean()) if len(same) else float("nan")


@lru_cache(maxsize=4096)
def _probabilities(n: int, n_correct: int, draws: int, prior: float) -> tuple[float, float, float]:
    if not 0 <= n_correct <= n or n < 1:
        raise ValueError(f"{n_correct} correct of {n} rollouts cannot be classified")
    a, b = n_correct + prior, n - n_correct + prior
    all_one = exp(_log_beta(a + draws, b) - _log_beta(a, b))
    all_zero = exp(_log_beta(a, b + draws) - _log_beta(a, b))
    return all_zero, max(0.0, 1 - all_zero - all_one), all_one


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
