"""Counts of sampled answers against a target law: what a perfect sampler would get at the same n.

scipy is imported inside: a job that only counts starts without it.
"""

import math
from functools import lru_cache

import numpy as np
from blake3 import blake3

from .laws import total_variation

SIMULATED = 9999  # no p is below one in ten thousand
BLOCK = 1 << 20


def sampled_variation(counts: np.ndarray, target: np.ndarray) -> float:
    """TV of the counted answers, shape (options,), to the target; NaN without any."""
    n = int(np.sum(counts))
    return total_variation(np.asarray(counts) / n, target) if n else math.nan


def floor(target: np.ndarray, n: int) -> float:
    """E[TV] of n draws from the target itself, exact for every law; NaN for n < 1.

    Each count is binomial, so E[TV] = ½ Σ E|X/n − q| with de Moivre's mean deviation (Diaconis and Zabell
    1991): E|X − nq| = 2 v C(n, v) q^v (1 − q)^(n − v + 1) at v = ⌊nq⌋ + 1.
    """
    if n < 1:
        return math.nan
    from scipy.special import gammaln, xlog1py, xlogy

    q = np.asarray(target, dtype=float)
    q = q[(q > 0) & (q < 1)]  # a certain count does not deviate
    # Rounding may put nq a little below a whole number; at whole nq both neighbours give the same.
    v = np.minimum(np.floor(n * q) + 1, n)
    choose = gammaln(n + 1) - gammaln(v + 1) - gammaln(n - v + 1)
    deviation = 2 * v * np.exp(choose + xlogy(v, q) + xlog1py(n - v + 1, -q))
    return float(deviation.sum() / (2 * n))


def excess_variation(counts: np.ndarray, target: np.ndarray) -> float:
    """Sampled TV minus its floor at the same n: near 0 for a perfect sampler; NaN without any answer."""
    return sampled_variation(counts, target) - floor(target, int(np.sum(counts)))


def chi_square(counts: np.ndarray, target: np.ndarray) -> tuple[float, int, float]:
    """Pearson's goodness of fit (1900): statistic, degrees of freedom, p.

    Options that the target never wants are left out; any that was drawn all the same makes the statistic
    infinite and p 0. NaN without any answer. The approximation of p wants about five draws an option: for
    fewer there is `chi_square_p`.
    """
    counts, target = np.asarray(counts, dtype=float), np.asarray(target, dtype=float)
    wanted, n = target > 0, counts.sum()
    freedom = int(wanted.sum()) - 1
    if not n:
        return math.nan, freedom, math.nan
    if counts[~wanted].any():
        return math.inf, freedom, 0.0
    from scipy.special import chdtrc

    expected = n * target[wanted]
    statistic = float(((counts[wanted] - expected) ** 2 / expected).sum())
    return statistic, freedom, float(chdtrc(freedom, statistic)) if freedom else 1.0


def chi_square_p(counts: np.ndarray, target: np.ndarray) -> float:
    """p of Pearson's statistic among as many draws from the target itself, at any number of draws.

    Monte Carlo test (Barnard 1963; Davison & Hinkley 1997, section 4.2): (1 + simulated statistics that are
    as great) / (1 + simulated ones). 0 where an option was drawn that the target never wants, NaN without any
    answer. The same for the same counts: the seed is named by the number of draws and the target.
    """
    counts, target = np.asarray(counts), np.asarray(target, dtype=float)
    statistic, _, _ = chi_square(counts, target)
    if not math.isfinite(statistic):
        return 0.0 if statistic > 0 else math.nan
    simulated = _simulated(int(counts.sum()), target[target > 0].tobytes())
    # Equal statistics are summed in different orders.
    return float((1 + (simulated >= statistic - 1e-9 * (1 + statistic)).sum()) / (1 + SIMULATED))


@lru_cache(maxsize=256)
def _simulated(n: int, target: bytes) -> np.ndarray:
    """Statistics (SIMULATED,) of n draws from a law, given as the bytes of its masses."""
    law = np.frombuffer(target)
    law = law / law.sum()
    seed = blake3(f"chi-square/{n}/".encode() + target).digest(8)
    rng = np.random.default_rng(int.from_bytes(seed, "big"))
    rows = max(1, BLOCK // max(n, len(law)))
    blocks = [min(rows, SIMULATED - start) for start in range(0, SIMULATED, rows)]
    return np.concatenate([_statistics(rng, n, law, block) for block in blocks])


def _statistics(rng: np.random.Generator, n: int, law: np.ndarray, rows: int) -> np.ndarray:
    drawn = rng.choice(len(law), size=(rows, n), p=law) + np.arange(rows)[:, None] * len(law)
    counts = np.bincount(drawn.ravel(), minlength=rows * len(law)).reshape(rows, len(law))
    return ((counts - n * law) ** 2 / (n * law)).sum(axis=1)
