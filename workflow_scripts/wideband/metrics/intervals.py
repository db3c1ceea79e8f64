"""Intervals of rates."""

import math
from statistics import NormalDist

import numpy as np

from .bootstrap import Bootstrap
from .estimate import Estimate, Interval


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Wilson score interval (Wilson 1927, eq. 4 of Brown, Cai & DasGupta 2001) of independent draws.

    (NaN, NaN) for n = 0. Draws of one problem are not independent: over rollouts it is too short.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n} draws is not a rate")
    if n == 0:
        return (math.nan, math.nan)
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    centre = (successes + z2 / 2) / (n + z2)
    half = math.sqrt(z2 * (successes * (n - successes) / n + z2 / 4)) / (n + z2)
    return (max(0.0, centre - half), min(1.0, centre + half))


def newcombe(first: tuple[int, int], second: tuple[int, int], confidence: float = 0.95) -> Interval:
    """Interval of the difference first − second of two independent rates, each (successes, n).

    Newcombe 1998, method 10: the Wilson intervals of both, squared and added. (NaN, NaN) for n = 0.
    """
    if not first[1] or not second[1]:
        return (math.nan, math.nan)
    p, q = (successes / n for successes, n in (first, second))
    (low_p, high_p), (low_q, high_q) = (wilson(*rate, confidence) for rate in (first, second))
    below, above = math.hypot(p - low_p, high_q - q), math.hypot(high_p - p, q - low_q)
    return (p - q - below, p - q + above)


def clustered_rate(rates: np.ndarray, boot: Bootstrap) -> Estimate:
    """Mean of per-problem rates (P,) in [0, 1] with a problem-clustered interval.

    When every problem has rate 0, or every one has rate 1, resampling says nothing; the interval is
    then Wilson's for P problems instead of a false zero width.
    """
    estimate = boot.mean(rates)
    if len(rates) and (np.all(rates == 0) or np.all(rates == 1)):
        return Estimate(estimate.value, wilson(int(rates.sum()), len(rates), boot.confidence), len(rates))
    return estimate
