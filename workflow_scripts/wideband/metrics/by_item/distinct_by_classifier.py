"""Classes of answers as NoveltyBench counts them, by its classifier."""

import math

from .base import PARTED, SAMPLED, Item, metric


@metric(unit="classes", needs={"classes"}, reads=[SAMPLED, PARTED], within=lambda n: (1.0, float(max(n, 1))))
def distinct_by_classifier(item: Item) -> float:
    """Classes of the completions that give an answer; NaN without any."""
    return float(len(item.points)) if item.points else math.nan
