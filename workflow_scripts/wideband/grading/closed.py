"""Pairs of answer and gold that are certainly unequal or equal, told without math-verify.

Everything said here follows math-verify's own comparison; what is not certain is left to it.
"""

import re
from types import UnionType

from .elements import ATOM
from .kinds import Collection, Kind, Matrix, Single, Value, unlike
from .reading import Reading, reading, unparsed
from .tokens import letters

# Kinds that no equation with several letters can be.
COMPARED = Value | Matrix | Collection
FUNCTION = re.compile(r"[A-Za-z]\(([A-Za-z])\)")


def apart(answer: str, gold: str) -> bool:
    """True when two normalised texts are certainly unequal: by their kinds, or by values far apart."""
    given, expected = reading(answer), reading(gold)
    if given.kind is None or expected.kind is None:
        return False
    # math-verify compares the right-hand side of an equation with what is none, but it compares two equations
    # as a whole, and solves one that does not begin with a name when the other side is a set; it cannot solve
    # one with several letters.
    forms = given.equation, expected.equation
    if all(forms):
        return _defines_another(given, expected) or _defines_another(expected, given)
    if "other" in forms and not _are(Value, given, expected):
        return False
    if "several" in forms and (("=" in answer and "=" in gold) or not _are(COMPARED, given, expected)):
        return False
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
    return one.endswith(f"={other}") and reading(one)[1:3] == ("named", other) and _is_number(other)


def _is_number(text: str) -> bool:
    return ATOM.fullmatch(text) is not None and not text[0].isalpha()


def _defines_another(one: Reading, other: Reading) -> bool:
    """Whether `one` defines a function of its only letter, and `other` is another equation.

    math-verify subtracts the sides of each, where the function remains, and then solves for the letter, which
    sympy cannot: it is in a function that it does not know.
    """
    function = FUNCTION.fullmatch(one.left)
    if not (function and other.left and letters(one.right) <= {function[1].lower()}):
        return False
    return one.left.lower() != other.left.lower() or _differ_summed(one.kind, other.kind)


def _differ_summed(one: Kind, other: Kind) -> bool:
    """Whether two are unequal also as terms of a sum."""
    if not (isinstance(one, Single) and isinstance(other, Single)):
        return False
    return unlike(one._replace(atom=False), other._replace(atom=False))


def _are(kinds: UnionType, *sides: Reading) -> bool:
    return all(isinstance(side.kind, kinds) for side in sides)
