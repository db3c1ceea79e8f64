r"""Expressions such as `\frac{58}{3}`, `2\sqrt{5}`, `\log_{2}3` or `(n-2)2^{n}+1`, read as math-verify does.

Each has a value at two fixed points of its letters, which is enough to tell two of them apart. What
math-verify reads in a way of its own (`f(x)`, mixed numbers, `x^T`), and what is not understood here, is not
read.
"""

from decimal import Decimal, localcontext
from typing import NamedTuple

from .arithmetic import ARITHMETIC, Undefined
from .descent import Descent
from .points import POINTS, Point
from .tokens import Token, split

# math-verify drops factors below about 1e-15, however large what they multiply.
SMALLEST = Decimal("1e-10")

Values = tuple[Decimal | None, ...]


class Formula(NamedTuple):
    """An expression.

    Attributes:
        values: At each of POINTS its value, None where it has none or where math-verify may drop a factor.
        exact: The same with those of tiny factors, which count when the other side is one number or letter.
        open: Whether it has letters.
    """

    values: Values
    exact: Values
    open: bool


def constant(value: Decimal) -> Formula:
    """The formula that is one number."""
    values = (value,) * len(POINTS)
    return Formula(values, values, False)


def read(text: str) -> Formula:
    """The formula that `text` is. Raises Unread."""
    tokens = split(text)
    has_letters = any(kind == "letter" for kind, _ in tokens)
    found = [_value(tokens, point) for point in (POINTS if has_letters else POINTS[:1])]
    values, exact = zip(*(found if has_letters else found * len(POINTS)), strict=True)
    return Formula(values, values if "." in text else exact, has_letters)


def _value(tokens: list[Token], point: Point) -> tuple[Decimal | None, Decimal | None]:
    """The value at a point, None where it has a tiny factor; and the value all the same."""
    reader = Descent(tokens, point)
    with localcontext(ARITHMETIC):
        try:
            value = reader.whole()
        except (Undefined, ArithmeticError):
            return None, None
    return (None if reader.smallest < SMALLEST else value), value
