"""Shares: one measure of items by another, as a mean of ratios or as a ratio of means. In %.

Both are in use, and they differ: the mean of ratios gives every item the same weight, the ratio of means
gives more to items that had more to lose. Whoever reports a share says which.

A cell is an array (C, P): C conditions (such as base, start and checkpoint) over the same P items. Several
cells are several benchmarks: their items are resampled apart, the benchmarks themselves are taken as given,
and a mean of ratios is then one over benchmarks. Of a single cell it is one over items.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from .bootstrap import Bootstrap, divide
from .estimate import Estimate

MEANS, RATIOS, MEDIAN, LEAST, MOST = "means", "ratios", "median", "least", "most"
OVER_ITEMS: dict[str, Callable[[np.ndarray], float]] = {MEDIAN: np.median, LEAST: np.min, MOST: np.max}
# Fewer items say nothing of others like them: no interval.
FEWEST = 5
# What is 0 but for rounding is no denominator.
ROUNDING = 1e-9
Cells = Sequence[np.ndarray]
Parts = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def share(cells: Cells, parts: Parts, how: str, boot: Bootstrap) -> Estimate:
    """100 × numerator / denominator, which `parts` gives of conditions (C, ...), put together as `how` says.

    NaN where a denominator is 0 but for rounding, or no item is left. n counts items.
    """
    n = sum(cell.shape[1] for cell in cells)
    if not n or any(cell.shape[1] == 0 for cell in cells):
        return Estimate(float("nan"), None, 0)
    if how == MEANS or len(cells) > 1:
        found = _of_means(cells, parts, how, boot)
        return found if n >= FEWEST else replace(found, interval=None)
    above, below = parts(cells[0])
    ratios = 100 * above[below > ROUNDING] / below[below > ROUNDING]
    if not len(ratios):
        return Estimate(float("nan"), None, 0)
    if how in OVER_ITEMS:
        return Estimate(float(OVER_ITEMS[how](ratios)), None, len(ratios))
    found = boot.mean(ratios)
    return found if len(ratios) >= FEWEST else replace(found, interval=None)


def _of_means(cells: Cells, parts: Parts, how: str, boot: Bootstrap) -> Estimate:
    means = [cell.mean(axis=1, keepdims=True) for cell in cells]
    n = sum(cell.shape[1] for cell in cells)
    if _without_denominator([float(parts(mean)[1][0]) for mean in means], how):
        return Estimate(float("nan"), None, n)
    value = float(_put_together(means, parts, how)[0])
    draws = _put_together(resampled(cells, boot), parts, how)
    return Estimate(value, boot.interval(value, draws, n), n)


def _without_denominator(below: list[float], how: str) -> bool:
    """Whether a share has nothing to divide by: of ratios each needs something, of means all together."""
    return any(abs(each) <= ROUNDING for each in (below if how == RATIOS else [sum(below)]))


def resampled(cells: Cells, boot: Bootstrap) -> list[np.ndarray]:
    """Means (C, resamples) of every cell, each with draws of its own."""
    boots = [Bootstrap(boot.confidence, boot.resamples, boot.seed + place) for place in range(len(cells))]
    return [
        cell @ own.weights(cell.shape[1]).T / cell.shape[1] for cell, own in zip(cells, boots, strict=True)
    ]


def _put_together(means: Sequence[np.ndarray], parts: Parts, how: str) -> np.ndarray:
    """The share (R,) of means (C, R) of every cell."""
    both = [parts(mean) for mean in means]
    if how == RATIOS:
        return 100 * np.mean([divide(above, below) for above, below in both], axis=0)
    return 100 * divide(sum(above for above, _ in both), sum(below for _, below in both))


def falls(cells: Cells, boot: Bootstrap) -> bool:
    """Whether the mean over all items of conditions (2, P), first less second, is above 0 beyond doubt.

    With fewer than five items, for which there is no interval: whether it is above 0.
    """
    n = sum(cell.shape[1] for cell in cells)
    drop = sum(float((cell[0] - cell[1]).mean()) for cell in cells) if n else 0.0
    if n < FEWEST or drop <= 0:
        return drop > 0
    draws = sum(means[0] - means[1] for means in resampled(cells, boot))
    return float(np.quantile(draws, (1 - boot.confidence) / 2)) > 0


def most_lost(cells: Cells, how: str, member: int, boot: Bootstrap) -> Estimate:
    """The share of resamples in which a stage loses most: conditions are the chain from base, in order.

    `member` is the place of the stage's checkpoint in the chain, from 1. Only resamples count in which a
    stage loses; NaN without any. n counts items; of a ratio over items, those whose base is above 0.
    """
    if how == RATIOS and len(cells) == 1:
        there = cells[0][:, cells[0][0] > ROUNDING]
        cells = [there / there[0]]
    n = sum(cell.shape[1] for cell in cells)
    if not n or any(cell.shape[1] == 0 for cell in cells):
        return Estimate(float("nan"), None, 0)
    drawn = resampled(cells, boot)
    if how == RATIOS and len(cells) > 1:
        drawn = [divide(means, means[0]) for means in drawn]
    levels = np.sum(drawn, axis=0)
    changes = np.diff(levels[:, np.isfinite(levels).all(axis=0)], axis=0)
    lost = changes[:, (changes < 0).any(axis=0)]
    value = float((lost.argmin(axis=0) == member - 1).mean()) if lost.size else float("nan")
    return Estimate(value, None, n)
