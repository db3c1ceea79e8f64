r"""Expressions such as `\frac{58}{3}`, `2\sqrt{5}`, `\log_{2}3` or `(n-2)2^{n}+1`, read as math-verify does.

Each has a value at two fixed points of its letters, which is enough to tell two of them apart. What
math-verify reads in a way of its own (`f(x)`, mixed numbers, `x^T`), and what is not understood here, is not
read.
"""

from decimal import Decimal, localcontext
from typing import NamedTuple

from .arithmetic import ARITHMETIC, KNOWN_DIGITS, Approximate
from .descent import Descent
from .magnitude import Number, Undefined
from .points import POINTS, Point
from .tokens import Token, split

Values = tuple[Number | None, ...]


class Formula(NamedTuple):
    """An expression.

    Attributes:
        values: At each of POINTS its value, None where it has none.
        open: Whether it has letters.
        digits: How many digits of every value are right; of one with decimals math-verify compares six.
        decimal: Whether decimals stand in it.
    """

    values: Values
    open: bool
    digits: int = KNOWN_DIGITS
    decimal: bool = False


def constant(value: Decimal) -> Formula:
    """The formula that is one number."""
    return Formula((value,) * len(POINTS), False, decimal=value != value.to_integral_value())


def read(text: str) -> Formula:
    """The formula that `text` is. Raises Unread."""
    tokens = split(text)
    has_letters = any(kind == "letter" for kind, _ in tokens)
    found = [_value(tokens, point) for point in (POINTS if has_letters else POINTS[:1])]
    values, digits = zip(*(found if has_letters else found * len(POINTS)), strict=True)
    return Formula(values, has_letters, min(digits), "." in text)


def _value(tokens: list[Token], point: Point) -> tuple[Number | None, int]:
    """The value at a point, None where it has none, and how many of its digits are right."""
    arithmetic = Approximate(point)
    with localcontext(ARITHMETIC):
        try:
            return Descent(tokens, arithmetic).whole(), arithmetic.digits
        except (Undefined, ArithmeticError):
            return None, KNOWN_DIGITS
