"""pass@k: the unbiased estimator, its per-problem table and the curve over k."""

import math
from functools import lru_cache

import numpy as np
import pandas as pd

from .per_problem import column, identity, long_table
from .samples import counts


def pass_at_k(n: np.ndarray, n_correct: np.ndarray, k_max: int) -> np.ndarray:
    """pass@k of P problems for k = 1…k_max: array (P, k_max).

    1 − C(n−c, k) / C(n, k), Chen et al. 2021 (arXiv:2107.03374), eq. 1, in exact integers.
    NaN where n < k: k draws were never made, so nothing is known about them.
    """
    n, n_correct = np.asarray(n, dtype=np.int64), np.asarray(n_correct, dtype=np.int64)
    if np.any((n_correct < 0) | (n_correct > n)):
        raise ValueError("the number of correct rollouts must lie between 0 and n")
    values = np.full((len(n), k_max), np.nan)
    for size in np.unique(n):
        rows, width = n == size, min(int(size), k_max)
        values[rows, :width] = _table(int(size))[n_correct[rows], :width]
    return values


@lru_cache(maxsize=64)
def _table(n: int) -> np.ndarray:
    """pass@k for c = 0…n (rows) and k = 1…n (columns); int/int division is correctly rounded."""
    totals = [math.comb(n, k) for k in range(1, n + 1)]
    rows = [
        [(total - math.comb(n - c, k)) / total for k, total in enumerate(totals, start=1)]
        for c in range(n + 1)
    ]
    return np.asarray(rows, dtype=float).reshape(n + 1, n)


def passk_table(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Metrics table of one arm, checkpoint and slice: `n_correct`, `pass@1` … `pass@N` by problem.

    N is the largest number of rollouts of any problem; n is each problem's own number, undecided ones
    included. See `pass_at_k` for NaN.
    """
    tally = counts(verdicts)
    n, n_correct = tally["n"].to_numpy(), tally["n_correct"].to_numpy()
    curves = pass_at_k(n, n_correct, int(n.max(initial=0)))
    metrics = {"n_correct": (n_correct, n)}
    metrics |= {f"pass@{k}": (curves[:, k - 1], n) for k in range(1, curves.shape[1] + 1)}
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
