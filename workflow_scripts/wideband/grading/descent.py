"""An expression's value at one point, by recursive descent in the order of math-verify's operations."""

from decimal import Decimal
from typing import NamedTuple

from . import arithmetic
from .arithmetic import PI, TRIGONOMETRIC
from .points import Point
from .tokens import Token, Tokens, Unread

# `e` is a number, `I` the imaginary unit.
NO_LETTERS = frozenset("eEI")
TIMES, OVER = ("*", r"\cdot", r"\times"), ("/", ":", r"\div")
ENDS = frozenset(["", "+", "-", ")", "}", "]", r"\rfloor", r"\rceil", *TIMES, *OVER])
DEEPEST = 20


class _Part(NamedTuple):
    """Value of a part; `plain` when math-verify may hold it as one rational number, as in mixed numbers."""

    value: Decimal
    plain: bool


class Descent(Tokens):
    """Sums, products, factors side by side, powers, atoms; `smallest` is the product of all small factors."""

    def __init__(self, tokens: list[Token], point: Point) -> None:
        super().__init__(tokens)
        self.point, self.depth, self.arguments = point, 0, 0
        self.smallest = Decimal(1)

    def whole(self) -> Decimal:
        """The value of all tokens."""
        found = self._sum()
        if self.peek():
            raise Unread
        return found.value

    def _notice(self, factor: Decimal) -> None:
        """Keep account of small factors, which may meet in one product."""
        if 0 < abs(factor) < 1:
            self.smallest *= abs(factor)

    def _divided(self, top: Decimal, bottom: Decimal) -> Decimal:
        self._notice(1 / bottom)
        return top / bottom

    def _sum(self) -> _Part:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unread
        sign = self.take() if self.peek() in ("-", "+") else "+"
        total = self._product()
        if sign == "-":
            total = total._replace(value=-total.value)
        while self.peek() in ("+", "-"):
            sign, right = self.take(), self._product().value
            total = _Part(arithmetic.added(total.value, right if sign == "+" else -right), False)
            self._notice(total.value)
        self.depth -= 1
        return total

    def _product(self) -> _Part:
        total = self._factors()
        while self.peek() in TIMES + OVER:
            over, right = self.take() in OVER, self._factors()
            value = self._divided(total.value, right.value) if over else total.value * right.value
            total = _Part(value, over and total.plain and right.plain)
        return total

    def _factors(self) -> _Part:
        """Factors side by side, which bind closer than `/`: math-verify's `1/2x` is `1/(2x)`."""
        start = self.at
        total = last = self._power()
        while self.peek() not in ENDS and not (self.arguments and self._is_function()):
            self._check_neighbour(start)
            start, right = self.at, self._power()
            if last.plain and right.plain:
                raise Unread  # a mixed number: math-verify reads `2(3)` as `2+3`
            total, last = _Part(total.value * right.value, False), right
        return total

    def _is_function(self) -> bool:
        return self.kind() == "function" or self.peek() == r"\sqrt"

    def _check_neighbour(self, start: int) -> None:
        """Refuse digits behind anything but `)`, and a bracket that may hold a function's argument."""
        if self.kind() == "number" and self.peek(-1) != ")":
            raise Unread
        named = self.tokens[start][0] == "letter" or self.kind(-1) == "letter"
        named = named or r"\pi" in (self.tokens[start][1], self.peek(-1))
        if self.peek() == "(" and named and not self.is_sum_ahead():
            raise Unread

    def _power(self) -> _Part:
        found = self._atom()
        if self.peek() == "^":
            found = _Part(arithmetic.raised(found.value, self._exponent()), False)
        if self.peek() == "!":
            self.take()
            found = _Part(arithmetic.factorial(found.value), False)
        if self.peek() in ("^", "!"):
            raise Unread
        self._notice(found.value)
        return found

    def _exponent(self) -> Decimal:
        self.take("^")
        if self.peek() == "{" and self.peek(1) in ("T", "t") and self.peek(2) == "}":
            raise Unread  # a transposed matrix
        if self.peek() in ("T", "t"):
            raise Unread
        return self._small()

    def _small(self) -> Decimal:
        """A group, or one digit or letter alone: what stands above or below."""
        if self.peek() == "{":
            return self._group().value
        kind, text = self.kind(), self.take()
        if kind == "number" and len(text) == 1:
            return Decimal(text)
        if kind == "letter":
            return self._letter(text)
        raise Unread

    def _letter(self, text: str) -> Decimal:
        if text[0] in NO_LETTERS or (text == "d" and self.kind() in ("letter", "command", "function")):
            raise Unread
        name, _, index = text.lower().partition("_")
        return self.point[f"{name}_{index.strip('{}')}" if index else name]

    def _atom(self) -> _Part:
        kind, text = self.kind(), self.take()
        if kind == "number":
            return _Part(Decimal(text.removesuffix(r"^\circ")), True)
        if kind == "letter":
            return _Part(self._letter(text), False)
        if kind == "function":
            return _Part(self._function(text), False)
        if text == "(":
            inside = self._sum()
            self.take(")")
            return inside
        return self._command(text)

    def _command(self, text: str) -> _Part:
        if text == r"\pi":
            return _Part(PI, False)
        if text == r"\frac":
            top, bottom = self._group(), self._group()
            return _Part(self._divided(top.value, bottom.value), top.plain and bottom.plain)
        if text == r"\sqrt":
            root = self._root() if self.peek() == "[" else Decimal(2)
            return _Part(arithmetic.rooted(self._group().value, root), False)
        if text == r"\binom":
            return _Part(arithmetic.binomial(self._group().value, self._group().value), True)
        if text in (r"\lfloor", r"\lceil"):
            inside = self._sum().value
            self.take(text.replace(r"\l", r"\r"))
            return _Part(arithmetic.floored(inside) + (text == r"\lceil"), False)
        raise Unread

    def _function(self, name: str) -> Decimal:
        if name in TRIGONOMETRIC:
            power = self._exponent() if self.peek() == "^" else Decimal(1)
            if power <= 0 or power != int(power):
                raise Unread  # `\sin^{-1}` is the inverse
            return TRIGONOMETRIC[name](self._argument()) ** power
        base = None if name == r"\ln" else Decimal(10)
        if self.peek() == "_":
            self.take()
            base = self._small()
        return arithmetic.logarithm(self._argument(), base)

    def _argument(self) -> Decimal:
        """In brackets, or the factors up to the next function: `\\sin2x\\cos x`."""
        if self.peek() == "(":
            return self._atom().value
        self.arguments += 1
        inside = self._factors().value
        self.arguments -= 1
        if self.peek() in TIMES + OVER:
            raise Unread
        return inside

    def _root(self) -> Decimal:
        self.take("[")
        kind, text = self.kind(), self.take()
        self.take("]")
        if kind != "number":
            raise Unread
        return Decimal(text)

    def _group(self) -> _Part:
        self.take("{")
        inside = self._sum()
        self.take("}")
        return inside
