"""Paired tests over problems, and Holm over several. scipy is imported inside: counting starts without it."""

import math

import numpy as np


def t_test(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Paired t (Student 1908): (t, two-sided p) of values (P,), (P,).

    (NaN, NaN) for fewer than two problems or differences without any variance.
    """
    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    if len(difference) < 2 or np.ptp(difference) <= 1e-12 * np.abs(difference).max(initial=0.0):
        return (math.nan, math.nan)
    from scipy.special import stdtr

    error = difference.std(ddof=1) / math.sqrt(len(difference))
    t = float(difference.mean() / error)
    return (t, float(2 * stdtr(len(difference) - 1, -abs(t))))


def wilcoxon_p(first: np.ndarray, second: np.ndarray) -> float:
    """Two-sided p of Wilcoxon's signed-rank test (Wilcoxon 1945), zero differences dropped.

    NaN when no difference is left.
    """
    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    difference = difference[difference != 0]
    if not len(difference):
        return math.nan
    from scipy.stats import wilcoxon

    return float(wilcoxon(difference).pvalue)


def holm(p_values: np.ndarray) -> np.ndarray:
    """Holm (1979) step-down adjusted p-values (m,): p̃_(i) = max_{j ≤ i} min(1, (m − j + 1) p_(j)).

    NaN (a test that could not be made) stays NaN. It counts in the family size m, as a p of 1 would: what was
    declared to be tested does not depend on how the data turned out.
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")  # NaN last
    factors = np.arange(len(p), 0, -1)
    adjusted = np.empty(p.shape)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return adjusted
