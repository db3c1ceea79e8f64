"""Percentile intervals by resampling problems, as one matrix product.

Efron (1979); cluster resampling as in Davison & Hinkley (1997), section 3.8: a resample draws P
problems with replacement and keeps all rollouts of each. A resample is a row of multinomial counts,
so every linear statistic of all resamples is `weights @ values`. With few problems (below about 20)
percentile intervals are somewhat too short.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from blake3 import blake3

from .estimate import Estimate, Interval


@dataclass(frozen=True)
class Bootstrap:
    """Level, number of resamples and seed of every interval of a study."""

    confidence: float = 0.95
    resamples: int = 2000
    seed: int = 7

    def weights(self, problems: int) -> np.ndarray:
        """Multinomial counts (resamples, problems); the same for every statistic over P problems."""
        return _weights(self.seed, self.resamples, problems)

    def interval(self, draws: np.ndarray) -> Interval:
        """Percentile interval of draws (resamples,); undefined draws (NaN) are left out."""
        draws = draws[~np.isnan(draws)]
        if not len(draws):
            return (float("nan"), float("nan"))
        tail = (1 - self.confidence) / 2
        # inverted_cdf picks an existing draw, so infinite ratios stay infinite instead of inf - inf
        low, high = np.quantile(draws, [tail, 1 - tail], method="inverted_cdf")
        return (float(low), float(high))

    def mean(self, values: np.ndarray) -> Estimate:
        """Mean of per-problem values (P,) with its interval; NaN without any problem."""
        return self.statistic(lambda weights: weights @ values / weights.sum(axis=1), len(values))

    def ratio(self, numerator: np.ndarray, denominator: np.ndarray) -> Estimate:
        """Σ numerator / Σ denominator over problems (P,), (P,); NaN when the denominator is 0.

        Resamples without any denominator are infinite: the interval is then unbounded above.
        """

        def ratios(weights: np.ndarray) -> np.ndarray:
            return divide(weights @ numerator, weights @ denominator)

        if not np.sum(denominator):
            return Estimate(float("nan"), None, len(numerator))
        return self.statistic(ratios, len(numerator))

    def statistic(self, function: Callable[[np.ndarray], np.ndarray], problems: int) -> Estimate:
        """Any statistic of problem weights: `function` maps (R, P) weights to (R,) values."""
        if problems == 0:
            return Estimate(float("nan"), None, 0)
        value = float(function(np.ones((1, problems)))[0])
        return Estimate(value, self.interval(function(self.weights(problems))), problems)


def divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Element-wise quotient: x/0 is infinite, 0/0 is NaN, without warnings."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(numerator, dtype=float) / np.asarray(denominator, dtype=float)


@lru_cache(maxsize=16)
def _weights(seed: int, resamples: int, problems: int) -> np.ndarray:
    name = f"bootstrap/{seed}/{resamples}/{problems}".encode()
    rng = np.random.default_rng(int.from_bytes(blake3(name).digest(8), "big"))
    weights = rng.multinomial(problems, np.full(problems, 1 / problems), size=resamples).astype(float)
    weights.setflags(write=False)
    return weights
