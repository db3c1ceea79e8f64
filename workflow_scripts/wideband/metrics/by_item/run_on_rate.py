"""How often a completion goes on after its answer."""

import math

from .base import WRITTEN, Item, metric


@metric(unit="fraction", needs={"end"}, reads=[WRITTEN], within=(0.0, 1.0))
def run_on_rate(item: Item) -> float:
    """Completions with text after the line of their first answer / all completions."""
    return sum(bool(after) for _, after in item.around) / item.draws if item.draws else math.nan
