"""Intervals of rates, and of means over problems that all agree."""

import math
from statistics import NormalDist

from .estimate import Interval


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


def agreed(value: float, problems: int, within: Interval, confidence: float = 0.95) -> Interval:
    """Interval of a mean over P problems that all have the same `value`, each being somewhere in `within`.

    None of P problems deviates, so by Wilson's score interval at most the share u = z² / (P + z²) of all
    problems does, and u times the way to either end of the range is what that could move the mean by. For a
    rate of 0 or 1 this is the interval of Wilson (1927); for paired differences that are all 0 it is ±u, the
    score interval of Tango (1998, Statistics in Medicine 17:891-908) without any discordant pair.
    """
    share, (low, high) = wilson(0, problems, confidence)[1], within
    return (value - share * (value - low), value + share * (high - value))
