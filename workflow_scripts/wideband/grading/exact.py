r"""Exact values of expressions of whole numbers and their fractions: `\frac{2^{2005}+1}{3\cdot2^{2006}}`."""

import math
from fractions import Fraction
from functools import lru_cache

from .descent import Descent
from .magnitude import Undefined
from .tokens import Unread, split

# More bits than these are not written out; `100000!` has one and a half million.
MOST_BITS, LARGEST_FACTORIAL = 2**21, 10**5


class Rationals:
    """Arithmetic of fractions; what is irrational or too large is refused."""

    def number(self, text: str) -> Fraction:
        return Fraction(text)

    def letter(self, name: str) -> Fraction:
        raise Undefined

    def pi(self) -> Fraction:
        raise Undefined

    def added(self, left: Fraction, right: Fraction) -> Fraction:
        return left + right

    def multiplied(self, left: Fraction, right: Fraction) -> Fraction:
        if _bits(left) + _bits(right) > MOST_BITS:
            raise Undefined
        return left * right

    def divided(self, top: Fraction, bottom: Fraction) -> Fraction:
        if not bottom:
            raise Undefined
        return self.multiplied(top, 1 / bottom)

    def raised(self, base: Fraction, exponent: Fraction) -> Fraction:
        if exponent.denominator != 1 or (not base and exponent <= 0):
            raise Undefined
        if base in (0, 1):
            return base
        if _bits(base) * abs(exponent) > MOST_BITS:
            raise Undefined
        return base ** int(exponent)

    def rooted(self, base: Fraction, root: Fraction) -> Fraction:
        if root != 2 or base < 0 or _bits(base) > MOST_BITS // 16:
            raise Undefined
        found = Fraction(math.isqrt(base.numerator), math.isqrt(base.denominator))
        if found * found != base:
            raise Undefined
        return found

    def floored(self, inside: Fraction, up: bool) -> Fraction:
        return Fraction(math.ceil(inside) if up else math.floor(inside))

    def factorial(self, value: Fraction) -> Fraction:
        return Fraction(math.factorial(_whole(value)))

    def double_factorial(self, value: Fraction) -> Fraction:
        if _whole(value) > LARGEST_FACTORIAL // 10:
            raise Undefined
        return Fraction(math.prod(range(_whole(value), 0, -2)))

    def binomial(self, upper: Fraction, lower: Fraction) -> Fraction:
        return Fraction(math.comb(_whole(upper), _whole(lower)))

    def logarithm(self, value: Fraction, base: Fraction | None) -> Fraction:
        raise Undefined

    def trigonometric(self, name: str, angle: Fraction) -> Fraction:
        raise Undefined


@lru_cache(maxsize=65536)
def exact(text: str) -> Fraction | None:
    """The exact value of a normalised text, None where it has none or is not understood."""
    try:
        return Descent(split(text), Rationals()).whole()
    except (Unread, Undefined, ArithmeticError, ValueError):
        return None


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _whole(value: Fraction) -> int:
    if value.denominator != 1 or not 0 <= value <= LARGEST_FACTORIAL:
        raise Undefined
    return int(value)
