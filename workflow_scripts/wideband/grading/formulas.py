r"""Expressions such as `\frac{58}{3}`, `2\sqrt{5}` or `(n-2)2^{n}+1`, read as math-verify reads them.

Each has a value at two fixed points of its letters, which is enough to tell two of them apart. What
math-verify reads in a way of its own (functions, mixed numbers, `x^T`), and what is not understood here, is
not read.
"""

import math
import random
import re
import string
from decimal import (
    ROUND_FLOOR,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    Underflow,
    localcontext,
)
from typing import NamedTuple

TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<letter>[A-Za-z])"
    r"|(?P<command>\\(?:frac|sqrt|pi|cdot|times|div|binom|[lr]floor|[lr]ceil)(?![A-Za-z])) ?"
    r"|(?P<mark>[-+*/:^!(){}\[\]])|(?P<other>.)",
    re.DOTALL,
)
# `e` is a number, `I` the imaginary unit.
NO_LETTERS = frozenset("eEI")
TIMES, OVER = ("*", r"\cdot", r"\times"), ("/", ":", r"\div")
ENDS = frozenset(["", "+", "-", ")", "}", "]", r"\rfloor", r"\rceil", *TIMES, *OVER])
# Beyond these sizes math-verify may take seconds; below DIGITS, sums that cancel still leave enough digits.
SIZE, LARGEST_FACTORIAL, DIGITS, CANCELLED = 5000, 2000, 80, Decimal("1e-12")
DEEPEST = 20
# math-verify drops factors below about 1e-15, however large what they multiply.
SMALLEST = Decimal("1e-10")
ARITHMETIC = Context(
    prec=DIGITS, Emax=SIZE, Emin=-SIZE, traps=[DivisionByZero, InvalidOperation, Overflow, Underflow]
)
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")

_draw = random.Random(877)
# One point near zero, where roots of `1-x` exist, and one beyond, for those of `x-1`.
POINTS = tuple(
    {letter: Decimal(low + width * _draw.random()) for letter in string.ascii_lowercase}
    for low, width in ((0.2, 0.6), (2.1, 2.8))
)


class Unread(Exception):
    """Not an expression that is understood here."""


class Undefined(Exception):
    """Understood, but without a usable value at this point."""


class Formula(NamedTuple):
    """An expression: its value at each of POINTS (None where it has none), and whether it has letters."""

    values: tuple[Decimal | None, ...]
    open: bool


class _Part(NamedTuple):
    """Value of a part; `plain` when math-verify may hold it as one rational number, as in mixed numbers."""

    value: Decimal
    plain: bool


def read(text: str) -> Formula:
    """The formula that `text` is. Raises Unread."""
    tokens = [(match.lastgroup, match.group().rstrip(" ")) for match in TOKEN.finditer(text)]
    if any(kind == "other" for kind, _ in tokens):
        raise Unread
    has_letters = any(kind == "letter" for kind, _ in tokens)
    values = [_value(tokens, point) for point in (POINTS if has_letters else POINTS[:1])]
    return Formula(tuple(values) if has_letters else (values[0],) * len(POINTS), has_letters)


def _value(tokens: list[tuple[str, str]], point: dict[str, Decimal]) -> Decimal | None:
    with localcontext(ARITHMETIC):
        try:
            return _Reader(tokens, point).whole()
        except (Undefined, ArithmeticError):
            return None


class _Reader:
    """Recursive descent over sums, products, factors side by side, powers and atoms."""

    def __init__(self, tokens: list[tuple[str, str]], point: dict[str, Decimal]):
        self.tokens, self.point, self.at, self.depth = tokens, point, 0, 0
        self.smallest = Decimal(1)

    def whole(self) -> Decimal:
        """The value of all tokens."""
        found = self._sum()
        if self.at != len(self.tokens):
            raise Unread
        return found.value

    def _peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at][1] if 0 <= at < len(self.tokens) else ""

    def _kind(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at][0] if 0 <= at < len(self.tokens) else ""

    def _take(self, wanted: str | None = None) -> str:
        if self.at >= len(self.tokens) or (wanted and self._peek() != wanted):
            raise Unread
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _notice(self, factor: Decimal) -> None:
        """Keep account of small factors, which may meet in one product."""
        if 0 < abs(factor) < 1:
            self.smallest *= abs(factor)
        if self.smallest < SMALLEST:
            raise Undefined

    def _divided(self, top: Decimal, bottom: Decimal) -> Decimal:
        self._notice(1 / bottom)
        return top / bottom

    def _sum(self) -> _Part:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unread
        sign = self._take() if self._peek() in ("-", "+") else "+"
        total = self._product()
        if sign == "-":
            total = total._replace(value=-total.value)
        while self._peek() in ("+", "-"):
            sign, right = self._take(), self._product()
            total = _Part(_added(total.value, right.value if sign == "+" else -right.value), False)
            self._notice(total.value)
        self.depth -= 1
        return total

    def _product(self) -> _Part:
        total = self._factors()
        while self._peek() in TIMES + OVER:
            over, right = self._take() in OVER, self._factors()
            value = self._divided(total.value, right.value) if over else total.value * right.value
            total = _Part(value, over and total.plain and right.plain)
        return total

    def _factors(self) -> _Part:
        """Factors side by side, which bind closer than `/`: math-verify's `1/2x` is `1/(2x)`."""
        start = self.at
        total = last = self._power()
        while self._peek() not in ENDS:
            self._check_neighbour(start)
            start, right = self.at, self._power()
            if last.plain and right.plain:
                raise Unread  # a mixed number: math-verify reads `2(3)` as `2+3`
            total, last = _Part(total.value * right.value, False), right
        return total

    def _check_neighbour(self, start: int) -> None:
        """Refuse digits behind anything but `)`, and a bracket that may hold a function's argument."""
        if self._kind() == "number" and self._peek(-1) != ")":
            raise Unread
        named = self.tokens[start][0] == "letter" or self._kind(-1) == "letter"
        named = named or r"\pi" in (self.tokens[start][1], self._peek(-1))
        if self._peek() == "(" and named and not self._is_sum_ahead():
            raise Unread

    def _is_sum_ahead(self) -> bool:
        """Whether the bracket that opens here holds a sum, which math-verify takes for a factor."""
        depth = 0
        for _, text in self.tokens[self.at + 1 :]:
            if depth == 0 and text in ("+", "-", ")"):
                return text != ")"
            depth += (text in ("(", "{")) - (text in (")", "}"))
        return False

    def _power(self) -> _Part:
        found = self._atom()
        if self._peek() == "^":
            self._take()
            found = _Part(_raised(found.value, self._exponent()), False)
        if self._peek() == "!":
            self._take()
            found = _Part(_factorial(found.value), False)
        if self._peek() in ("^", "!"):
            raise Unread
        self._notice(found.value)
        return found

    def _exponent(self) -> Decimal:
        if self._peek() == "{":
            if self._peek(1) in ("T", "t") and self._peek(2) == "}":
                raise Unread  # a transposed matrix
            return self._group().value
        kind, text = self._kind(), self._take()
        if kind == "number" and len(text) == 1:
            return Decimal(text)
        if kind == "letter" and text not in "Tt":
            return self._letter(text)
        raise Unread

    def _letter(self, text: str) -> Decimal:
        if text in NO_LETTERS or (text == "d" and self._kind() in ("letter", "command")):
            raise Unread
        return self.point[text.lower()]

    def _atom(self) -> _Part:
        kind, text = self._kind(), self._take()
        if kind == "number":
            return _Part(Decimal(text), True)
        if kind == "letter":
            return _Part(self._letter(text), False)
        if text == "(":
            inside = self._sum()
            self._take(")")
            return inside
        return self._command(text)

    def _command(self, text: str) -> _Part:
        if text == r"\pi":
            return _Part(PI, False)
        if text == r"\frac":
            top, bottom = self._group(), self._group()
            return _Part(self._divided(top.value, bottom.value), top.plain and bottom.plain)
        if text == r"\sqrt":
            root = self._root() if self._peek() == "[" else Decimal(2)
            return _Part(_rooted(self._group().value, root), False)
        if text == r"\binom":
            return _Part(_binomial(self._group().value, self._group().value), True)
        if text in (r"\lfloor", r"\lceil"):
            inside = self._sum().value
            self._take(text.replace(r"\l", r"\r"))
            return _Part(_floored(inside) + (text == r"\lceil"), False)
        raise Unread

    def _root(self) -> Decimal:
        self._take("[")
        kind, text = self._kind(), self._take()
        self._take("]")
        if kind != "number":
            raise Unread
        return Decimal(text)

    def _group(self) -> _Part:
        self._take("{")
        inside = self._sum()
        self._take("}")
        return inside


def _added(left: Decimal, right: Decimal) -> Decimal:
    total = left + right
    if abs(total) < CANCELLED * max(abs(left), abs(right)):
        raise Undefined
    return total


def _raised(base: Decimal, exponent: Decimal) -> Decimal:
    if base < 0 and exponent != exponent.to_integral_value():
        raise Undefined
    return base**exponent


def _rooted(base: Decimal, root: Decimal) -> Decimal:
    if base < 0:
        raise Undefined
    return base.sqrt() if root == 2 else base ** (1 / root)


def _floored(inside: Decimal) -> Decimal:
    below = inside.to_integral_value(ROUND_FLOOR)
    if not Decimal("0.001") < inside - below < Decimal("0.999"):
        raise Undefined
    return below


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value() or not 0 <= value <= LARGEST_FACTORIAL * 5:
        raise Undefined
    return int(value)


def _factorial(value: Decimal) -> Decimal:
    if value > LARGEST_FACTORIAL:
        raise Undefined
    return +Decimal(math.factorial(_whole(value)))


def _binomial(upper: Decimal, lower: Decimal) -> Decimal:
    return +Decimal(math.comb(_whole(upper), _whole(lower)))
