"""Utility of NoveltyBench, by its classifier and its reward model."""

import math

from .. import novelty
from .base import PARTED, SAMPLED, Item, metric


@metric(unit="points", needs={"classes"}, reads=[SAMPLED, PARTED], within=(0.0, novelty.BEST))
def utility_by_reward_model(item: Item) -> float:
    """An empty completion is worth nothing; NaN without any answer."""
    if not item.points:
        return math.nan
    scores = [0.0 if group is None else item.points[group] for group in item.classes]
    return novelty.utility(item.classes, scores)
