"""Two arms on pass@k: difference by k, closure of the gap, crossover, overlap."""

import numpy as np
import pandas as pd

from .bootstrap import Bootstrap
from .estimate import Estimate
from .passk import curves, pass_at_k
from .per_problem import column
from .ranges import DIFFERENCE


def differences(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """pass@k of the first arm minus the second: rows shared uids, columns k (NaN where either has n < k)."""
    a, b = curves(first), curves(second)
    shared = a.index.intersection(b.index).sort_values()
    ks = a.columns.intersection(b.columns)
    return a.loc[shared, ks] - b.loc[shared, ks]


def shared(first: pd.DataFrame, second: pd.DataFrame, k: int) -> tuple[np.ndarray, np.ndarray]:
    """pass@k (P,), (P,) of both over the problems where both have n ≥ k, in uid order; maybe of none."""
    one, other = (_at(table, k) for table in (first, second))
    both = one.index.intersection(other.index).sort_values()
    return one[both].to_numpy(), other[both].to_numpy()


def _at(table: pd.DataFrame, k: int) -> pd.Series:
    tally, n = column(table, "n_correct"), column(table, "n_correct", "n")
    tally = tally[(n >= k).to_numpy()]
    return pd.Series(pass_at_k(n[tally.index].to_numpy(), tally.to_numpy(), k)[:, k - 1], tally.index)


def difference(first: pd.DataFrame, second: pd.DataFrame, k: int, boot: Bootstrap) -> Estimate:
    """Mean paired difference of pass@k with a problem-clustered interval; NaN where nobody has n ≥ k."""
    one, other = shared(first, second, k)
    return boot.mean(one - other, DIFFERENCE)


def gap_closure(first: pd.DataFrame, second: pd.DataFrame, k: int, boot: Bootstrap) -> Estimate:
    """Percentage points of the gap at 1 that are gone at k: 100 · s · (Δ(1) − Δ(k)), s = sign Δ(1).

    Δ(k) is the mean paired difference of pass@k over the problems where both arms have n ≥ k.
    Positive: the gap shrinks. More than 100·|Δ(1)|: it flips. s = 1 when Δ(1) = 0.
    The sign is fixed by the whole sample, so the statistic is linear and the interval honest.
    """
    table = differences(first, second)
    both = table.dropna(subset=[1, k]) if k in table.columns else table.iloc[:0, :0]
    if both.empty:
        return Estimate(float("nan"), None, 0)
    sign = 1.0 if both[1].mean() >= 0 else -1.0
    # Δ(1) − Δ(k) is what one arm gains by more attempts less what the other gains; each gains at most 1.
    return boot.mean(100 * sign * (both[1] - both[k]).to_numpy(), (-100.0, 100.0))


def crossover(first: pd.DataFrame, second: pd.DataFrame) -> int | None:
    """Smallest k where the mean difference has the other sign than at k = 1; None if it never has.

    A difference of exactly 0 has no sign: an arm that merely ties has not crossed.
    """
    mean = differences(first, second).mean(axis=0, skipna=True)
    if mean.empty:
        return None
    signs = np.sign(np.where(np.abs(mean) < 1e-12, 0.0, mean))
    flipped = np.flatnonzero(signs * signs[0] < 0)
    return int(mean.index[flipped[0]]) if len(flipped) else None


def overlap(first: pd.DataFrame, second: pd.DataFrame) -> dict[str, int]:
    """Shared problems by who solved them at least once among n: first_only, second_only, both, neither."""
    a, b = (column(table, "n_correct") > 0 for table in (first, second))
    shared = a.index.intersection(b.index)
    x, y = a[shared].to_numpy(), b[shared].to_numpy()
    return {
        "first_only": int(np.sum(x & ~y)),
        "second_only": int(np.sum(~x & y)),
        "both": int(np.sum(x & y)),
        "neither": int(np.sum(~x & ~y)),
    }
