r"""Numbers too large or too small to write down, by their logarithm: `9^{9^9}`, `1000000000!`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# Numbers up to 10^SIZE are held themselves; two whose logarithms are DOMINATED apart add up to the larger.
SIZE, DOMINATED, NEAR = 5000, Decimal(100), Decimal("1e-10")
TEN, ZERO, ONE = Decimal(10), Decimal(0), Decimal(1)
# Logarithms are known to some seventy digits.
LOG_MARGIN = Decimal("1e-40")


class Undefined(Exception):
    """Without a usable value."""


@dataclass(frozen=True)
class Power:
    """`sign` times ten to the power of `log`, which may be such a number itself."""

    sign: int
    log: Number

    def __neg__(self) -> Power:
        return Power(-self.sign, self.log)

    @property
    def is_tiny(self) -> bool:
        """Whether it is all but zero, rather than huge."""
        return sign_of(self.log) < 0


Number = Decimal | Power


def sign_of(value: Number) -> int:
    """-1, 0 or 1."""
    return value.sign if isinstance(value, Power) else int(value.compare(ZERO))


def log10(value: Number) -> Number:
    """Of the absolute value, which is not zero."""
    return value.log if isinstance(value, Power) else abs(value).log10()


def made(sign: int, log: Number) -> Number:
    """The number of that sign and logarithm, written down where it can be."""
    if isinstance(log, Decimal) and abs(log) < SIZE:
        return sign * TEN**log
    return Power(sign, log)


def product(left: Number, right: Number) -> Number:
    """Of two numbers."""
    sign = sign_of(left) * sign_of(right)
    return made(sign, total(log10(left), log10(right))) if sign else ZERO


def inverse(value: Number) -> Number:
    """One over a number that is not zero."""
    return made(sign_of(value), -log10(value))


def total(left: Number, right: Number) -> Number:
    """The sum. Raises Undefined where two that nearly cancel are too large to tell what is left."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left + right
    if not (sign_of(left) and sign_of(right)):
        return left if sign_of(left) else right
    if log10(left) == log10(right):
        if sign_of(left) != sign_of(right):
            raise Undefined
        return product(left, Decimal(2))
    ahead = total(log10(left), -log10(right))
    if isinstance(ahead, Power) or abs(ahead) > DOMINATED:
        return left if sign_of(ahead) > 0 else right
    ratio = TEN**ahead * (1 if sign_of(left) == sign_of(right) else -1)
    if abs(1 + ratio) < NEAR:
        raise Undefined
    return product(right, 1 + ratio)


def raised(base: Number, exponent: Number) -> Number:
    """A real power."""
    if sign_of(base) == 0:
        if sign_of(exponent) <= 0:
            raise Undefined
        return ZERO
    if base == ONE:
        return ONE
    sign = 1
    if sign_of(base) < 0:
        if isinstance(exponent, Power) or exponent != exponent.to_integral_value():
            raise Undefined
        sign = -1 if exponent % 2 else 1
    return made(sign, product(log10(base), exponent))


def apart(left: Number, right: Number) -> bool:
    """Whether two numbers, of which one at least is a Power, are certainly unequal."""
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return left != right
    if left.sign != right.sign:
        return True
    logs = left.log, right.log
    if isinstance(logs[0], Decimal) and isinstance(logs[1], Decimal):
        return abs(logs[0] - logs[1]) > LOG_MARGIN * max(ONE, *map(abs, logs))
    return apart(*logs)
