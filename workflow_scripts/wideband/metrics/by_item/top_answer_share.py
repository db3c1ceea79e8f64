"""How much of all completions of a prompt the most frequent answer is."""

import math

from .base import SAMPLED, Item, metric


@metric(unit="fraction", needs={"text"}, reads=[SAMPLED], within=(0.0, 1.0))
def top_answer_share(item: Item) -> float:
    """Completions with the most frequent text / all completions; NaN without any text."""
    return max(item.answer_counts.values()) / item.draws if item.answer_counts else math.nan
