"""Pairs of answer and gold that are certainly unequal or equal, told without math-verify.

What is not certain is left to it. tests/unit/test_grading_differences.py lists where it would say otherwise.
"""

import re
from fractions import Fraction
from types import UnionType

from .elements import ATOM
from .equations import named
from .exact import exact
from .formulas import Values
from .kinds import Collection, Kind, Matrix, Single, Value, unlike
from .magnitude import Power
from .reading import Reading, reading, unparsed
from .tokens import letters, split_outside

# Kinds that no equation with several letters can be.
COMPARED = Value | Matrix | Collection
# math-verify writes numbers of so many digits in a moment.
MOST_DIGITS = 10**5
FACTORIAL = re.compile(r"(\d{6,18})\)?!")
RAISED = re.compile(r"(?<!\d)\d+(?:\.\d+)?\^[\d{]")
FUNCTION = re.compile(r"[A-Za-z]\(([A-Za-z])\)")


def apart(answer: str, gold: str) -> bool:
    """True when two normalised texts are certainly unequal: by their kinds, or by values far apart."""
    answered, expected = reading(answer), reading(gold)
    if answered.kind is None or expected.kind is None:
        return False
    # math-verify compares the right-hand side of an equation with what is none, but it compares two equations
    # as a whole, and solves one that does not begin with a name when the other side is a set; it cannot solve
    # one with several letters.
    forms = answered.equation, expected.equation
    if all(forms):
        return _defines_another(answered, expected) or _defines_another(expected, answered)
    if "other" in forms and not _are(Value, answered, expected):
        return False
    if "several" in forms and (("=" in answer and "=" in gold) or not _are(COMPARED, answered, expected)):
        return False
    return unlike(answered.kind, expected.kind)


def unreadable(answer: str, gold: str) -> bool:
    """True when math-verify cannot read one text, so that it compares strings, and the other has a kind."""
    return _is_unread_against_read(answer, gold) or _is_unread_against_read(gold, answer)


def misnamed(answer: str, gold: str) -> bool:
    """True when one text is an equation for an unknown, `3x=7`, whose right-hand side is not what it says.

    Two equations are compared as such, and math-verify solves one equation when the other text is a set.
    """
    if ("=" in answer) == ("=" in gold):
        return False
    equation, other = (answer, gold) if "=" in answer else (gold, answer)
    solved = isinstance(reading(other).kind, Collection) and len(split_outside(equation, ",") or "") == 1
    return not solved and not named(equation)


def compared(answer: str, gold: str) -> bool | None:
    """Whether two fractions of whole numbers are equal, however large; None where one of them is none.

    A percentage is equal to its number and to a hundredth of it; beside a gold below one only to that.
    """
    if answer.endswith(r"\%") or gold.endswith(r"\%"):
        left, right = exact(answer.removesuffix(r"\%")), exact(gold.removesuffix(r"\%"))
        if None not in (left, right) and _is_percentage_of_fraction(answer, gold, right) and left == right:
            return False
        same = None not in (left, right) and (left == right or _is_hundredth(answer, gold, left, right))
        return True if same else None
    if answer[:1].isalpha() or gold[:1].isalpha():
        return None
    left, right = exact(answer), exact(gold)
    if left is None or right is None or (left != right and "." in answer + gold):
        return None
    return left == right


def _is_percentage_of_fraction(answer: str, gold: str, value: Fraction) -> bool:
    """Whether a percentage answers a gold that is itself a fraction of one: not `0.28\\%` but `28\\%`."""
    return answer.endswith(r"\%") and not gold.endswith(r"\%") and 0 < abs(value) < 1


def _is_hundredth(answer: str, gold: str, left: Fraction, right: Fraction) -> bool:
    """Whether the one that is no percentage is a hundredth of the other's number."""
    if answer.endswith(r"\%"):
        return not gold.endswith(r"\%") and left == 100 * right
    return right == 100 * left


def immense(text: str) -> bool:
    """Whether a number stands in a text that math-verify would not come to an end with: `9^{9^9}`, `5!!!`."""
    if "!" in text and (
        "!!!" in text or any(int(digits) > MOST_DIGITS for digits in FACTORIAL.findall(text))
    ):
        return True
    powers = [text[base.start() : _group_end(text, base.end() - 1)] for base in RAISED.finditer(text)]
    return any(
        isinstance(value, Power) and _is_immense(value) for part in (text, *powers) for value in _values(part)
    )


def _values(text: str) -> Values:
    kind = reading(text).kind
    return kind.formula.values if isinstance(kind, Single) else ()


def _is_immense(value: Power) -> bool:
    return isinstance(value.log, Power) or abs(value.log) > MOST_DIGITS


def _group_end(text: str, start: int) -> int:
    """Behind the group that opens at `start`, or behind what stands there alone."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth <= 0:
            return at + 1
    return len(text)


def assigned(answer: str, gold: str) -> bool:
    """True when one text gives a name to the number that the other is: `x=3` and `3`."""
    return _names(answer, gold) or _names(gold, answer)


def _is_unread_against_read(one: str, other: str) -> bool:
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
