"""pass@k: the unbiased estimator, its per-problem table and the curve over k."""

import numpy as np
import pandas as pd

from .per_problem import column, identity, long_table
from .samples import counts

EVERY = 128


def pass_at_k(n: np.ndarray, n_correct: np.ndarray, k_max: int) -> np.ndarray:
    """pass@k of P problems for k = 1…k_max: array (P, k_max).

    1 − C(n−c, k) / C(n, k), Chen et al. 2021 (arXiv:2107.03374), eq. 1, as the product over j < k of
    (n − c − j) / (n − j). No factor is above 1, so that rounding stays below 1e-12 at n in the thousands.
    NaN where n < k: k draws were never made, so nothing is known about them.
    """
    n, n_correct = np.asarray(n, dtype=np.int64), np.asarray(n_correct, dtype=np.int64)
    if np.any((n_correct < 0) | (n_correct > n)):
        raise ValueError("the number of correct rollouts must lie between 0 and n")
    # Few pairs of n and c are different, however many problems there are.
    pairs, place = np.unique(np.stack([n, n_correct], axis=1), axis=0, return_inverse=True)
    sizes, solved, drawn = pairs[:, :1], pairs[:, 1:], np.arange(k_max)
    left = np.maximum(sizes - drawn, 1)
    misses = np.cumprod(np.maximum(left - solved, 0) / left, axis=1)
    values = np.where(drawn < sizes, 1 - misses, np.nan)
    values[:, :1] = np.where(sizes > 0, solved / np.maximum(sizes, 1), np.nan)
    return values[place.ravel()]


def reported_ks(n: int) -> list[int]:
    """The k of 1…n that tables and numbers hold: all up to 128, then powers of two, and n itself."""
    return [k for k in range(1, n + 1) if k <= EVERY or k == n or k & (k - 1) == 0]


def k_of(metric: str) -> int | None:
    """The k of a metric called pass@k, None of any other."""
    name, _, k = metric.partition("@")
    return int(k) if name == "pass" and k.isdecimal() else None


def passk_table(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Metrics table of one arm, checkpoint and slice: `n_correct` and pass@k for `reported_ks(N)` by problem.

    N is the largest number of rollouts of any problem; n is each problem's own number, undecided ones
    included. See `pass_at_k` for NaN.
    """
    tally = counts(verdicts)
    n, n_correct = tally["n"].to_numpy(), tally["n_correct"].to_numpy()
    most = int(n.max(initial=0))
    curves = pass_at_k(n, n_correct, most)
    metrics = {"n_correct": (n_correct, n)}
    metrics |= {f"pass@{k}": (curves[:, k - 1], n) for k in reported_ks(most)}
    return long_table(identity(verdicts), tally.index.to_numpy(), metrics)


def curves(table: pd.DataFrame) -> pd.DataFrame:
    """pass@k by problem from a passk table: rows uid, columns 1…N (NaN where n < k)."""
    tally = column(table, "n_correct")
    n = column(table, "n_correct", "n").to_numpy()
    values = pass_at_k(n, tally.to_numpy(), int(n.max(initial=0)))
    return pd.DataFrame(values, index=tally.index, columns=range(1, values.shape[1] + 1))


def curve(table: pd.DataFrame) -> pd.Series:
    """Mean pass@k over problems for k = 1…N; problems with n < k are left out of that k."""
    return curves(table).mean(axis=0, skipna=True)
