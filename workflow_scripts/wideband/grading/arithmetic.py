"""Operations on numbers of eighty digits, refused where their result would tell nothing."""

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

# Beyond these sizes math-verify may take seconds; below DIGITS, sums that cancel still leave enough digits.
SIZE, LARGEST_FACTORIAL, DIGITS, CANCELLED = 5000, 2000, 80, Decimal("1e-12")
ARITHMETIC = Context(
    prec=DIGITS, Emax=SIZE, Emin=-SIZE, traps=[DivisionByZero, InvalidOperation, Overflow, Underflow]
)
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")
# Angles up to LARGEST_ANGLE keep enough digits; near a pole a function has no useful ones.
LARGEST_ANGLE, POLE = Decimal(10**6), Decimal("1e-10")
# The sum below gives gamma to some thirty digits for arguments up to LARGEST_GAMMA.
LARGEST_GAMMA, GAMMA_CUT = 30, 150


class Undefined(Exception):
    """Without a usable value."""


def added(left: Decimal, right: Decimal) -> Decimal:
    """The sum, unless nearly everything cancels."""
    total = left + right
    if abs(total) < CANCELLED * max(abs(left), abs(right)):
        raise Undefined
    return total


def raised(base: Decimal, exponent: Decimal) -> Decimal:
    """A real power."""
    if base < 0 and exponent != exponent.to_integral_value():
        raise Undefined
    return base**exponent


def rooted(base: Decimal, root: Decimal) -> Decimal:
    """A real root."""
    if base < 0:
        raise Undefined
    return base.sqrt() if root == 2 else base ** (1 / root)


def floored(inside: Decimal) -> Decimal:
    """The whole number below, unless one is too near to tell."""
    below = inside.to_integral_value(ROUND_FLOOR)
    if not Decimal("0.001") < inside - below < Decimal("0.999"):
        raise Undefined
    return below


def factorial(value: Decimal) -> Decimal:
    """Of a whole number, and otherwise what gamma makes of it, as sympy does."""
    if value > LARGEST_FACTORIAL:
        raise Undefined
    return +Decimal(math.factorial(_whole(value))) if _is_whole(value) else gamma(value + 1)


def binomial(upper: Decimal, lower: Decimal) -> Decimal:
    """The same for a binomial coefficient."""
    if _is_whole(upper) and _is_whole(lower):
        return +Decimal(math.comb(_whole(upper), _whole(lower)))
    return gamma(upper + 1) / (gamma(lower + 1) * gamma(upper - lower + 1))


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


def logarithm(value: Decimal, base: Decimal | None) -> Decimal:
    """To a base, the natural one where it is None."""
    if value <= 0 or (base is not None and base <= 0):
        raise Undefined
    return value.ln() if base is None else value.ln() / base.ln()


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
