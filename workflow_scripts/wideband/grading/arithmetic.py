"""Numbers of eighty digits, larger ones by their logarithm; refused where a result would tell nothing."""

import math
from collections.abc import Callable
from decimal import (
    ROUND_FLOOR,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    Underflow,
)

from . import magnitude
from .magnitude import SIZE, Number, Power, Undefined
from .points import Point

# Whole numbers up to LARGEST_FACTORIAL are multiplied out. A sum that cancels more than CANCELLED has too few
# digits left.
LARGEST_FACTORIAL, DIGITS, CANCELLED = 2000, 80, Decimal("1e-12")
ARITHMETIC = Context(
    prec=DIGITS, Emax=SIZE, Emin=-SIZE, traps=[DivisionByZero, InvalidOperation, Overflow, Underflow]
)
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")
# Angles up to LARGEST_ANGLE keep enough digits; near a pole or a zero a function has no useful ones.
LARGEST_ANGLE, POLE = Decimal(10**6), Decimal("1e-10")
# The sum below gives gamma to some thirty digits for arguments up to LARGEST_GAMMA.
LARGEST_GAMMA, GAMMA_CUT, GAMMA_DIGITS = 30, 150, 20
# Digits that are right in every result.
KNOWN_DIGITS = 50


class Approximate:
    """Arithmetic at one point of the letters.

    Attributes:
        digits: How many digits of the result are right.
    """

    def __init__(self, point: Point) -> None:
        self.point, self.digits = point, KNOWN_DIGITS

    def number(self, text: str) -> Number:
        return Decimal(text)

    def letter(self, name: str) -> Number:
        return self.point[name]

    def pi(self) -> Number:
        return PI

    def added(self, left: Number, right: Number) -> Number:
        """The sum, unless nearly everything cancels."""
        if isinstance(left, Power) or isinstance(right, Power):
            return magnitude.total(left, right)
        total, largest = left + right, max(abs(left), abs(right))
        if abs(total) < CANCELLED * largest:
            raise Undefined
        if largest:
            self.digits -= (
                largest.adjusted() - total.adjusted() if total.adjusted() < largest.adjusted() else 0
            )
        return total

    def multiplied(self, left: Number, right: Number) -> Number:
        try:
            return left * right
        except (TypeError, Overflow, Underflow):
            return magnitude.product(left, right)

    def divided(self, top: Number, bottom: Number) -> Number:
        if magnitude.sign_of(bottom) == 0:
            raise Undefined
        try:
            return top / bottom
        except (TypeError, Overflow, Underflow):
            return magnitude.product(top, magnitude.inverse(bottom))

    def raised(self, base: Number, exponent: Number) -> Number:
        """A real power."""
        if isinstance(base, Power) or isinstance(exponent, Power):
            return magnitude.raised(base, exponent)
        if base < 0 and exponent != exponent.to_integral_value():
            raise Undefined
        try:
            return base**exponent
        except (Overflow, Underflow):
            return magnitude.raised(base, exponent)

    def rooted(self, base: Number, root: Number) -> Number:
        """A real root."""
        if magnitude.sign_of(base) < 0:
            raise Undefined
        if isinstance(base, Power):
            return magnitude.raised(base, 1 / root)
        return base.sqrt() if root == 2 else base ** (1 / root)

    def floored(self, inside: Number, up: bool) -> Number:
        """The whole number below, or above, unless one is too near to tell."""
        below = _written(inside).to_integral_value(ROUND_FLOOR)
        if not Decimal("0.001") < inside - below < Decimal("0.999"):
            raise Undefined
        return below + up

    def factorial(self, value: Number) -> Number:
        """Of a whole number, and otherwise what gamma makes of it, as sympy does."""
        if magnitude.sign_of(value) > 0 and (isinstance(value, Power) or value > LARGEST_FACTORIAL):
            # Too few digits of its logarithm would be right.
            if self.digits <= GAMMA_DIGITS:
                raise Undefined
            return _stirling(value)
        if _is_whole(_written(value)):
            return +Decimal(math.factorial(_whole(value)))
        self.digits = min(self.digits, GAMMA_DIGITS)
        return gamma(value + 1)

    def double_factorial(self, value: Number) -> Number:
        if not _is_whole(_written(value)) or value > LARGEST_FACTORIAL:
            raise Undefined
        return +Decimal(math.prod(range(_whole(value), 0, -2)))

    def binomial(self, upper: Number, lower: Number) -> Number:
        """The same for a binomial coefficient."""
        if _is_whole(_written(upper)) and _is_whole(_written(lower)):
            return +Decimal(math.comb(_whole(upper), _whole(lower)))
        self.digits = min(self.digits, GAMMA_DIGITS)
        return gamma(upper + 1) / (gamma(lower + 1) * gamma(upper - lower + 1))

    def logarithm(self, value: Number, base: Number | None) -> Number:
        """To a base, the natural one where it is None."""
        if magnitude.sign_of(value) <= 0 or (base is not None and magnitude.sign_of(base) <= 0):
            raise Undefined
        over = magnitude.log10(base if base is not None else Decimal(1).exp())
        found = self.divided(magnitude.log10(value), over)
        if isinstance(found, Decimal) and abs(found) < POLE:
            raise Undefined
        return found

    def trigonometric(self, name: str, angle: Number) -> Number:
        return TRIGONOMETRIC[name](_written(angle))


def _written(value: Number) -> Decimal:
    if isinstance(value, Power):
        raise Undefined
    return value


def _stirling(value: Number) -> Number:
    """The factorial of a large number, to some twenty digits of its logarithm."""
    natural = Decimal(10).ln()
    if isinstance(value, Power):
        return magnitude.made(1, magnitude.product(value, magnitude.total(value.log, -1 / natural)))
    series = 1 / (12 * value) - 1 / (360 * value**3) + 1 / (1260 * value**5) - 1 / (1680 * value**7)
    log = value * value.ln() - value + (2 * PI * value).ln() / 2 + series
    return magnitude.made(1, log / natural)


def gamma(value: Decimal) -> Decimal:
    """The integral of t^(value-1) e^-t up to GAMMA_CUT, as a series; beyond, it is nothing."""
    if _is_whole(value) or abs(value) > LARGEST_GAMMA:
        raise Undefined
    if value < 0:
        return gamma(value + 1) / value
    total, term, step = Decimal(0), 1 / value, 0
    while term > total * Decimal("1e-50"):
        total, step = total + term, step + 1
        term *= GAMMA_CUT / (value + step)
    return total * GAMMA_CUT**value * Decimal(-GAMMA_CUT).exp()


def sine(angle: Decimal) -> Decimal:
    """By its series, after whole turns are taken away."""
    if abs(angle) > LARGEST_ANGLE:
        raise Undefined
    angle = angle.remainder_near(2 * PI)
    total, term, step = Decimal(0), angle, 1
    while abs(term) > Decimal("1e-60"):
        total += term
        term *= -angle * angle / ((step + 1) * (step + 2))
        step += 2
    if abs(total) < POLE:
        raise Undefined
    return total


def cosine(angle: Decimal) -> Decimal:
    """By the sine."""
    return sine(angle + PI / 2)


def _over(top: Decimal, bottom: Decimal) -> Decimal:
    if abs(bottom) < POLE:
        raise Undefined
    return top / bottom


TRIGONOMETRIC: dict[str, Callable[[Decimal], Decimal]] = {
    r"\sin": sine,
    r"\cos": cosine,
    r"\tan": lambda angle: _over(sine(angle), cosine(angle)),
    r"\cot": lambda angle: _over(cosine(angle), sine(angle)),
    r"\sec": lambda angle: _over(Decimal(1), cosine(angle)),
    r"\csc": lambda angle: _over(Decimal(1), sine(angle)),
}


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _whole(value: Decimal) -> int:
    if not 0 <= value <= LARGEST_FACTORIAL * 5:
        raise Undefined
    return int(value)
