"""Pairs of answer and gold that are certainly unequal, told without math-verify.

Everything said here follows math-verify's own comparison; what is not certain is left to it.
"""

from .kinds import Share, Single, Word, unlike
from .reading import reading, unbalanced


def apart(answer: str, gold: str) -> bool:
    """True when two normalised texts are certainly unequal: by their kinds, or by values far apart."""
    given, expected = reading(answer), reading(gold)
    if given.kind is None or expected.kind is None:
        return False
    # math-verify compares the right-hand side of an equation with what is none, but it compares two equations
    # as a whole, and solves one that does not begin with a name when the other side is a set.
    if given.equation and expected.equation:
        return False
    if "other" in (given.equation, expected.equation):
        return _are_values(given.kind, expected.kind) and unlike(given.kind, expected.kind)
    return unlike(given.kind, expected.kind)


def unreadable(answer: str, gold: str) -> bool:
    """True when one text has open braces, so that math-verify compares strings, and the other has a kind."""
    pairs = (answer, gold), (gold, answer)
    return any(unbalanced(one) and reading(other).kind is not None for one, other in pairs)


def _are_values(*kinds: object) -> bool:
    return all(isinstance(kind, Single | Share | Word) for kind in kinds)
