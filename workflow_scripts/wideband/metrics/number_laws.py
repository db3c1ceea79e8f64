"""How a law over numbers, or numbers that were sampled, compare with a stated distribution.

Laws are over canonical values, masses shape (values,). Distributions are those of `spaces.distribution`.
scipy is imported inside: a job that only counts starts without it.
"""

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from blake3 import blake3

from .sampled_laws import chi_square

if TYPE_CHECKING:
    from ..spaces.distribution import Distribution

# Perfect samplers that the floor is the median of: of a Cauchy law the mean does not exist.
SAMPLERS = 200
# Draws that a cell of a chi-square test should expect (Cochran 1954).
EXPECTED = 5


def divergence(target: np.ndarray, logprobs: np.ndarray) -> float:
    """KL(target || law) in nats, of log-probabilities of the law; what these leave to one counts against it.

    By the chain rule it is the expected sum over the prefixes of an answer (arXiv 2605.11845).
    """
    wanted = target > 0
    return max(0.0, float((target[wanted] * (np.log(target[wanted]) - logprobs[wanted])).sum()))


def wasserstein(values: np.ndarray, law: np.ndarray, target: np.ndarray) -> float:
    """W1 of two laws over the same rising values: the area between their distribution functions."""
    return float((np.abs(np.cumsum(law - target)[:-1]) * np.diff(values)).sum())


def sampled_wasserstein(numbers: np.ndarray, distribution: "Distribution") -> float:
    """Mean distance of the sorted numbers to the quantiles at (i + 1/2) / n; NaN without any."""
    if not len(numbers):
        return math.nan
    levels = (np.arange(len(numbers)) + 0.5) / len(numbers)
    return float(np.abs(np.sort(numbers) - distribution.quantiles(levels)).mean())


@lru_cache(maxsize=4096)
def wasserstein_floor(distribution: "Distribution", n: int) -> float:
    """The median over SAMPLERS perfect samplers of `sampled_wasserstein` at n numbers; NaN for none.

    Draws follow from the law and n alone.
    """
    if n < 1:
        return math.nan
    name = f"perfect sampler/{distribution.text()}/{n}".encode()
    random = np.random.default_rng(int.from_bytes(blake3(name).digest(8), "big"))
    draws = distribution.quantiles(np.sort(random.random((SAMPLERS, n)), axis=1))
    levels = distribution.quantiles((np.arange(n) + 0.5) / n)
    return float(np.median(np.abs(draws - levels).mean(axis=1)))


def fit(numbers: np.ndarray, counts: np.ndarray, target: np.ndarray, distribution: "Distribution") -> float:
    """p of the hypothesis that the numbers came from the distribution; NaN where that cannot be tested.

    Continuous laws: Kolmogorov (1933) and Smirnov, exact for small samples; rounded numbers count against it.
    Discrete laws: Pearson's chi-square of the counts (values,), neighbours taken together until each cell
    expects EXPECTED draws.
    """
    if not len(numbers):
        return math.nan
    if not distribution.discrete:
        from scipy.stats import kstest

        return float(kstest(numbers, distribution.law.cdf).pvalue)
    cells = _cells(len(numbers) * target)
    if cells.max() < 1:
        return math.nan
    return chi_square(np.bincount(cells, counts), np.bincount(cells, target))[2]


def _cells(expected: np.ndarray) -> np.ndarray:
    """The cell of each value, shape (values,): neighbours together; what is left joins the last."""
    cells, cell, held = np.zeros(len(expected), dtype=int), 0, 0.0
    for place, draws in enumerate(expected):
        cells[place], held = cell, held + draws
        if held >= EXPECTED:
            cell, held = cell + 1, 0.0
    return np.minimum(cells, max(cell - 1, 0)) if held < EXPECTED else cells
