"""Utility of NoveltyBench, its classifier replaced by overlap of words, and every answer a best one."""

import math

from .. import novelty
from .base import SAMPLED, Item, metric


@metric(unit="points", needs={"classes"}, reads=[SAMPLED], within=(0.0, novelty.BEST))
def utility_by_words(item: Item) -> float:
    """Every answer counts as a best one and an empty completion as worth nothing; NaN without any answer."""
    if not any(item.texts):
        return math.nan
    texts = [text or "" for text in item.texts]
    scores = [novelty.BEST if text else 0.0 for text in texts]
    return novelty.utility(novelty.partition(texts, _same), scores)


def _same(one: str, other: str) -> bool:
    return novelty.same_words(one, other) if one and other else one == other
