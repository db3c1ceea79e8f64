"""How many different numbers the completions of a problem pass through, with what follows the answer."""

from ..signatures import distinct
from .base import WRITTEN, Item, metric


@metric(unit="signatures", needs={"working"}, reads=[WRITTEN], within=lambda n: (1.0, float(max(n, 1))))
def signatures_whole_text(item: Item) -> float:
    """Distinct sorted multisets of numbers of all completions, their answers left out.

    Where completions run on, text behind the answer counts as another way: see `run_on_rate`.
    """
    return distinct(f"{before}\n{after}" for before, after in item.around)
