"""Percentile intervals by resampling problems, as one matrix product.

Efron (1979); cluster resampling as in Davison & Hinkley (1997), section 3.8: a resample draws P
problems with replacement and keeps all rollouts of each. A resample is a row of multinomial counts,
so every linear statistic of all resamples is `weights @ values`. With few problems (below about 20)
percentile intervals are somewhat too short.

Where nearly all problems agree, as they do near 0 and 1, resamples repeat the few that do not, and know
nothing of the problems that were not drawn. There a mean of values with a known range has the wider, at each
end, of this interval and the score interval of `intervals.nearly_agreed`: the same rule whether no problem
deviates or four do. Of another statistic, only draws that are all alike are replaced, by
`intervals.agreed`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from blake3 import blake3

from .estimate import Estimate, Interval
from .intervals import agreed, nearly_agreed

# Below these parts of the value, and of the range that it can have, a width is rounding of floats.
ROUNDING, LEAST = 1e-9, 1e-12


@dataclass(frozen=True)
class Bootstrap:
    """Level, number of resamples and seed of every interval of a study."""

    confidence: float = 0.95
    resamples: int = 2000
    seed: int = 7

    def weights(self, problems: int) -> np.ndarray:
        """Multinomial counts (resamples, problems); the same for every statistic over P problems."""
        return _weights(self.seed, self.resamples, problems)

    def interval(
        self, value: float, draws: np.ndarray, problems: int, within: Interval | None = None
    ) -> Interval | None:
        """Percentile interval of draws (resamples,) of a statistic; undefined draws (NaN) are left out.

        `within`: the least and greatest value that a problem can have. Where all draws are alike the interval
        is `agreed` over the number of problems; None when no range is known, rather than one of no width.
        """
        draws = draws[~np.isnan(draws)]
        if math.isnan(value) or not len(draws):
            return None
        tail = (1 - self.confidence) / 2
        # inverted_cdf picks an existing draw, so infinite ratios stay infinite instead of inf - inf
        low, high = map(float, np.quantile(draws, [tail, 1 - tail], method="inverted_cdf"))
        if not alike(low, high, within):
            return (low, high)
        return agreed(value, problems, within, self.confidence) if within else None

    def mean(self, values: np.ndarray, within: Interval | None = None) -> Estimate:
        """Mean of per-problem values (P,) with its interval; NaN without any problem."""
        found = self.statistic(lambda weights: weights @ values / weights.sum(axis=1), len(values), within)
        return self.widened(found, values, np.ones(len(values)), within)

    def exact(self, value: float, within: Interval | None = None) -> Estimate:
        """What a single item has: there is no other to resample beside it, and so no interval."""
        return Estimate(value, None, 1)

    def ratio(
        self, numerator: np.ndarray, denominator: np.ndarray, within: Interval | None = None
    ) -> Estimate:
        """Σ numerator / Σ denominator over problems (P,), (P,); NaN when the denominator is 0.

        Resamples without any denominator are infinite: the interval is then unbounded above.
        """

        def ratios(weights: np.ndarray) -> np.ndarray:
            return divide(weights @ numerator, weights @ denominator)

        if not np.sum(denominator):
            return Estimate(float("nan"), None, len(numerator))
        found, there = self.statistic(ratios, len(numerator), within), denominator > 0
        return self.widened(found, numerator[there] / denominator[there], denominator[there], within)

    def widened(
        self, found: Estimate, values: np.ndarray, sizes: np.ndarray, within: Interval | None
    ) -> Estimate:
        """The estimate with the wider interval where nearly all problems agree.

        `values` (P,), whose mean by `sizes` (P,) is estimated, lie in `within`.
        """
        score = nearly_agreed(values, sizes, within, self.confidence) if within and found.interval else None
        if not score:
            return found
        (low, high), (least, most) = found.interval, score
        return replace(found, interval=(min(low, least), max(high, most)))

    def statistic(
        self, function: Callable[[np.ndarray], np.ndarray], problems: int, within: Interval | None = None
    ) -> Estimate:
        """Any statistic of problem weights: `function` maps (R, P) weights to (R,) values."""
        if problems == 0:
            return Estimate(float("nan"), None, 0)
        value = float(function(np.ones((1, problems)))[0])
        draws = function(self.weights(problems))
        return Estimate(value, self.interval(value, draws, problems, within), problems)


def divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Element-wise quotient: x/0 is infinite, 0/0 is NaN, without warnings."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(numerator, dtype=float) / np.asarray(denominator, dtype=float)


def alike(low: float, high: float, within: Interval | None) -> bool:
    """Whether two ends differ by no more than rounding."""
    if low == high or math.isinf(low) or math.isinf(high):
        return low == high
    span = within[1] - within[0] if within else 0.0
    return high - low <= max(LEAST, ROUNDING * max(abs(low), abs(high), span))


@lru_cache(maxsize=16)
def _weights(seed: int, resamples: int, problems: int) -> np.ndarray:
    name = f"bootstrap/{seed}/{resamples}/{problems}".encode()
    rng = np.random.default_rng(int.from_bytes(blake3(name).digest(8), "big"))
    weights = rng.multinomial(problems, np.full(problems, 1 / problems), size=resamples).astype(float)
    weights.setflags(write=False)
    return weights
