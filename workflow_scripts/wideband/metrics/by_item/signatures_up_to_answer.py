"""How many different numbers the workings of a problem pass through, up to the answer."""

from ..signatures import distinct
from .base import WRITTEN, Item, metric


@metric(unit="signatures", needs={"working"}, reads=[WRITTEN], within=lambda n: (1.0, float(max(n, 1))))
def signatures_up_to_answer(item: Item) -> float:
    """Distinct sorted multisets of numbers before the answer, of all completions."""
    return distinct(before for before, _ in item.around)
