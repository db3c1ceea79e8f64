r"""Expressions such as `\frac{58}{3}`, `2\sqrt{5}`, `\log_{2}3` or `(n-2)2^{n}+1`, read as math-verify does.

Each has a value at two fixed points of its letters, which is enough to tell two of them apart. What
math-verify reads in a way of its own (`f(x)`, mixed numbers, `x^T`), and what is not understood here, is not
read.
"""

import re
from decimal import Decimal, localcontext
from typing import NamedTuple

from .arithmetic import ARITHMETIC, Undefined
from .descent import Descent
from .points import POINTS, Point
from .tokens import Token, split

# math-verify drops factors below about 1e-15, however large what they multiply.
SMALLEST = Decimal("1e-10")
FACTOR = r"(?:[1-9]\d*(?:\^(?:\d(?!\d)|\{\d+\})|!)?|\\binom\{\d+\}\{\d+\})"
FACTORS = rf"{FACTOR}(?:(?:\\cdot|\\times|\*) ?{FACTOR})*"
FRACTION = rf"\\frac\{{{FACTORS}\}}\{{{FACTORS}\}}"
# A fraction of such factors as the first or the last term of a sum is dropped as a whole or not at all.
DROPPED = re.compile(rf"^-?{FRACTION}(?=[-+]|$)|[-+]{FRACTION}$")

Values = tuple[Decimal | None, ...]


class Formula(NamedTuple):
    """An expression.

    Attributes:
        values: At each of POINTS its value, None where it has none or where math-verify may drop a factor.
        exact: The same with those of tiny factors, which count when the other side is one number or letter.
        open: Whether it has letters.
        either: What math-verify may take for its values, according to whether it drops a factor.
    """

    values: Values
    exact: Values
    open: bool
    either: tuple[Values, ...]


def constant(value: Decimal) -> Formula:
    """The formula that is one number."""
    values = (value,) * len(POINTS)
    return Formula(values, values, False, (values,))


def read(text: str) -> Formula:
    """The formula that `text` is. Raises Unread."""
    formula = _whole(text)
    # A decimal point makes math-verify compute in another way.
    rest, found = DROPPED.subn("", text, count=1)
    if not found or formula.values == formula.exact or "." in text:
        return formula
    remaining = _whole(rest) if rest else constant(Decimal(0))
    return formula._replace(either=(formula.exact, remaining.values))


def _whole(text: str) -> Formula:
    tokens = split(text)
    has_letters = any(kind == "letter" for kind, _ in tokens)
    found = [_value(tokens, point) for point in (POINTS if has_letters else POINTS[:1])]
    values, exact = zip(*(found if has_letters else found * len(POINTS)), strict=True)
    return Formula(values, values if "." in text else exact, has_letters, (values,))


def _value(tokens: list[Token], point: Point) -> tuple[Decimal | None, Decimal | None]:
    """The value at a point, None where it has a tiny factor; and the value all the same."""
    reader = Descent(tokens, point)
    with localcontext(ARITHMETIC):
        try:
            value = reader.whole()
        except (Undefined, ArithmeticError):
            return None, None
    return (None if reader.smallest < SMALLEST else value), value
