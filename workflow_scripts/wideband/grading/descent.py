"""An expression's value, by recursive descent in the order of math-verify's operations."""

from typing import Generic, NamedTuple, Protocol, TypeVar

from .tokens import Token, Tokens, Unread

# `e` is a number, `I` the imaginary unit.
NO_LETTERS = frozenset("eEI")
LOGARITHMS = (r"\log", r"\ln")
TIMES, OVER = ("*", r"\cdot", r"\times"), ("/", ":", r"\div")
ENDS = frozenset(["", "+", "-", ")", "}", "]", r"\rfloor", r"\rceil", *TIMES, *OVER])
DEEPEST = 20


Value = TypeVar("Value")


class Arithmetic(Protocol[Value]):
    """What is computed with; every operation may raise Undefined or ArithmeticError."""

    def number(self, text: str) -> Value: ...
    def letter(self, name: str) -> Value: ...
    def pi(self) -> Value: ...
    def added(self, left: Value, right: Value) -> Value: ...
    def multiplied(self, left: Value, right: Value) -> Value: ...
    def divided(self, top: Value, bottom: Value) -> Value: ...
    def raised(self, base: Value, exponent: Value) -> Value: ...
    def rooted(self, base: Value, root: Value) -> Value: ...
    def floored(self, inside: Value, up: bool) -> Value: ...
    def factorial(self, value: Value) -> Value: ...
    def double_factorial(self, value: Value) -> Value: ...
    def binomial(self, upper: Value, lower: Value) -> Value: ...
    def logarithm(self, value: Value, base: Value | None) -> Value: ...
    def trigonometric(self, name: str, angle: Value) -> Value: ...


class _Part(NamedTuple, Generic[Value]):
    """Value of a part; `plain` when math-verify may hold it as one rational number, as in mixed numbers."""

    value: Value
    plain: bool


class Descent(Tokens, Generic[Value]):
    """Sums, products, factors side by side, powers, atoms."""

    def __init__(self, tokens: list[Token], arithmetic: Arithmetic[Value]) -> None:
        super().__init__(tokens)
        self.arithmetic = arithmetic
        self.depth = self.arguments = 0

    def whole(self) -> Value:
        """The value of all tokens."""
        found = self._sum()
        if self.peek():
            raise Unread
        return found.value

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
            total = _Part(self.arithmetic.added(total.value, right if sign == "+" else -right), False)
        self.depth -= 1
        return total

    def _product(self) -> _Part:
        total = self._factors()
        while self.peek() in TIMES + OVER:
            over, right = self.take() in OVER, self._factors()
            operation = self.arithmetic.divided if over else self.arithmetic.multiplied
            total = _Part(operation(total.value, right.value), over and total.plain and right.plain)
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
            total, last = _Part(self.arithmetic.multiplied(total.value, right.value), False), right
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
            found = _Part(self.arithmetic.raised(found.value, self._exponent()), False)
        if self.peek() == "!":
            self.take()
            factorial = self.arithmetic.factorial
            if self.peek() == "!":
                self.take()
                factorial = self.arithmetic.double_factorial
            found = _Part(factorial(found.value), False)
        if self.peek() in ("^", "!"):
            raise Unread
        return found

    def _exponent(self) -> Value:
        self.take("^")
        if self.peek() == "{" and self.peek(1) in ("T", "t") and self.peek(2) == "}":
            raise Unread  # a transposed matrix
        if self.peek() in ("T", "t"):
            raise Unread
        return self._small()

    def _small(self) -> Value:
        """A group, or one digit or letter alone: what stands above or below."""
        if self.peek() == "{":
            return self._group().value
        kind, text = self.kind(), self.take()
        if kind == "number" and len(text) == 1:
            return self.arithmetic.number(text)
        if kind == "letter":
            return self._letter(text)
        raise Unread

    def _letter(self, text: str) -> Value:
        if text[0] in NO_LETTERS or (text == "d" and self.kind() in ("letter", "command", "function")):
            raise Unread
        name, _, index = text.lower().partition("_")
        return self.arithmetic.letter(f"{name}_{index.strip('{}')}" if index else name)

    def _atom(self) -> _Part:
        kind, text = self.kind(), self.take()
        if kind == "number":
            value = self.arithmetic.number(text.removesuffix(r"^\circ"))
            return _Part(value, True)
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
            return _Part(self.arithmetic.pi(), False)
        if text == r"\frac":
            top, bottom = self._group(), self._group()
            return _Part(self.arithmetic.divided(top.value, bottom.value), top.plain and bottom.plain)
        if text == r"\sqrt":
            root = self._root() if self.peek() == "[" else self.arithmetic.number("2")
            return _Part(self.arithmetic.rooted(self._group().value, root), False)
        if text == r"\binom":
            return _Part(self.arithmetic.binomial(self._group().value, self._group().value), True)
        if text in (r"\lfloor", r"\lceil"):
            inside = self._sum().value
            self.take(text.replace(r"\l", r"\r"))
            return _Part(self.arithmetic.floored(inside, up=text == r"\lceil"), False)
        raise Unread

    def _function(self, name: str) -> Value:
        if name not in LOGARITHMS:
            power = self._exponent() if self.peek() == "^" else None
            if power is not None and (power <= 0 or power != int(power)):
                raise Unread  # `\sin^{-1}` is the inverse
            found = self.arithmetic.trigonometric(name, self._argument())
            return found if power is None else self.arithmetic.raised(found, power)
        base = None if name == r"\ln" else self.arithmetic.number("10")
        if self.peek() == "_":
            self.take()
            base = self._small()
        return self.arithmetic.logarithm(self._argument(), base)

    def _argument(self) -> Value:
        """In brackets, or the factors up to the next function: `\\sin2x\\cos x`."""
        if self.peek() == "(":
            return self._atom().value
        self.arguments += 1
        inside = self._factors().value
        self.arguments -= 1
        if self.peek() in TIMES + OVER:
            raise Unread
        return inside

    def _root(self) -> Value:
        self.take("[")
        kind, text = self.kind(), self.take()
        self.take("]")
        if kind != "number":
            raise Unread
        return self.arithmetic.number(text)

    def _group(self) -> _Part:
        self.take("{")
        inside = self._sum()
        self.take("}")
        return inside
