"""Intervals of rates, and of means over problems that nearly all agree."""

import math
from statistics import NormalDist

import numpy as np

from .estimate import Interval

# With fewer problems than these beside the common value, resamples do not know how far the mean can move.
FEW = 5
# Below this part of the range a difference from the common value is rounding of floats.
ROUNDING = 1e-9


def wilson(successes: float, n: float, confidence: float = 0.95) -> Interval:
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


def nearly_agreed(
    values: np.ndarray, sizes: np.ndarray, within: Interval, confidence: float = 0.95
) -> Interval | None:
    """Score interval of the mean of `values` (P,) of problems in `within`, each counted by its size (P,).

    For problems of which fewer than FEW, and fewer than half, deviate from one common value c; else None.
    What they move the mean up by is a share U of the way to the upper end, what they move it down by a share
    D of the way to the lower. Each has Wilson's interval over the effective number of problems (Σ size)² / Σ
    size² (Kish 1965): no values in the range with that mean vary more than zeros and ones, so it is not too
    short. The distances are squared and added as in Newcombe (1998, method 10; Zou & Donner 2008, Statistics
    in Medicine 27:1693-1702). For a rate with c = 0 or 1 this is Wilson's interval, and where no problem
    deviates `agreed`.
    """
    low, high = within
    common = float(np.sort(values)[(len(values) - 1) // 2])
    deviating = int(np.sum(np.abs(values - common) > ROUNDING * (high - low)))
    if deviating >= min(FEW, len(values) / 2):
        return None
    parts, problems = sizes / sizes.sum(), float(sizes.sum() ** 2 / np.sum(sizes**2))
    ways = high - common, common - low
    moved = (parts @ np.maximum(values - common, 0), parts @ np.maximum(common - values, 0))
    (up, up_low, up_high), (down, down_low, down_high) = (
        _moved(float(by), way, problems, confidence) for by, way in zip(moved, ways, strict=True)
    )
    value = common + up - down
    below, above = math.hypot(up - up_low, down_high - down), math.hypot(up_high - up, down - down_low)
    return (max(low, value - below), min(high, value + above))


def _moved(by: float, way: float, problems: float, confidence: float) -> tuple[float, float, float]:
    """A move of the mean and its limits, `way` being the farthest that it could be."""
    if way <= 0:
        return (0.0, 0.0, 0.0)
    share = min(1.0, by / way)
    low, high = wilson(share * problems, problems, confidence)
    return (share * way, low * way, high * way)
