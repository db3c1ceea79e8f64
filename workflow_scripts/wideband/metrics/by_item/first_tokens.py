"""How few tokens hold nine tenths of the mass of how an answer begins."""

from .base import OPENING, Item, metric


@metric(unit="tokens", needs={"text"}, reads=[OPENING], within=None)
def first_tokens(item: Item) -> float:
    """Exact, from the law of the first token; one where the policy always begins alike."""
    return float(item.first_tokens)
