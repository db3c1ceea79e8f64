"""Classes of answers as NoveltyBench counts them, its classifier replaced by overlap of words."""

import math

from .. import novelty
from .base import SAMPLED, Item, metric


@metric(unit="classes", needs={"classes"}, reads=[SAMPLED], within=lambda n: (1.0, float(max(n, 1))))
def distinct_by_words(item: Item) -> float:
    """Classes of the completions that give an answer; NaN without any."""
    texts = [text for text in item.texts if text]
    return float(novelty.distinct(novelty.partition(texts, novelty.same_words))) if texts else math.nan
