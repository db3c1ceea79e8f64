"""Pairs of answer and gold that are certainly unequal or equal, told without math-verify.

Everything said here follows math-verify's own comparison; what is not certain is left to it.
"""

from .elements import ATOM
from .kinds import Value, unlike
from .reading import reading, unparsed


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
    """True when math-verify cannot read one text, so that it compares strings, and the other has a kind."""
    return _is_unread_beside(answer, gold) or _is_unread_beside(gold, answer)


def assigned(answer: str, gold: str) -> bool:
    """True when one text gives a name to the number that the other is: `x=3` and `3`."""
    return _names(answer, gold) or _names(gold, answer)


def _is_unread_beside(one: str, other: str) -> bool:
    return unparsed(one) and reading(other).kind is not None


def _names(one: str, other: str) -> bool:
    return one.endswith(f"={other}") and reading(one)[1:] == ("named", other) and _is_number(other)


def _is_number(text: str) -> bool:
    return ATOM.fullmatch(text) is not None and not text[0].isalpha()


def _are_values(*kinds: object) -> bool:
    return all(isinstance(kind, Value) for kind in kinds)
