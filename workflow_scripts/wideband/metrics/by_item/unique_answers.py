"""How many different answers the completions of a prompt give."""

import math

from .base import SAMPLED, Item, metric


@metric(unit="answers", needs={"text"}, reads=[SAMPLED], within=lambda n: (1.0, float(max(n, 1))))
def unique_answers(item: Item) -> float:
    """Distinct texts, letter case, blanks and punctuation around them aside; NaN without any text."""
    return float(len(item.answer_counts)) or math.nan
