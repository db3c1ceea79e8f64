r"""Values of closed expressions such as `\frac{58}{3}`, `2\sqrt{5}` or `14+4\sqrt{37}`.

Only to tell two of them apart without math-verify: what is not understood has no value here.
"""

import math
import re

TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<command>\\(?:frac|sqrt|pi|cdot|times)(?![A-Za-z]))"
    r"|(?P<mark>[-+*/^(){}])|(?P<other>.)"
)
# Values that are closer than this, relative to the larger one or to 1, are left to math-verify.
MARGIN = 1e-3
LARGEST = 1e15
WORDS = re.compile(r"\\text\{[A-Za-z]+\}")


class _Open(Exception):
    """Not a closed expression that is understood here."""


def apart(answer: str, gold: str) -> bool:
    """True when two normalised texts are certainly unequal: values far apart, or a word against a value."""
    values = value(answer), value(gold)
    if None not in values:
        return abs(values[0] - values[1]) > MARGIN * max(1.0, *map(abs, values))
    known = [each is not None for each in values]
    word = [WORDS.fullmatch(text) is not None for text in (answer, gold)]
    return any(known) and any(word)


def value(text: str) -> float | None:
    """The value of a closed expression; None for anything else, and beyond what floats tell apart."""
    tokens = [(match.lastgroup, match.group()) for match in TOKEN.finditer(text)]
    try:
        found = _Reader(tokens).whole()
    except (_Open, ZeroDivisionError, OverflowError):
        return None
    return found if math.isfinite(found) and abs(found) < LARGEST else None


class _Reader:
    """Recursive descent: sum of products of powers of atoms."""

    def __init__(self, tokens: list[tuple[str, str]]):
        self.tokens, self.at = tokens, 0

    def whole(self) -> float:
        """The value of all tokens."""
        found = self._sum()
        if self.at != len(self.tokens):
            raise _Open
        return found

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _take(self, wanted: str | None = None) -> tuple[str, str]:
        if self.at >= len(self.tokens) or (wanted and self._peek() != wanted):
            raise _Open
        self.at += 1
        return self.tokens[self.at - 1]

    def _sum(self) -> float:
        sign = -1.0 if self._peek() == "-" else 1.0
        if self._peek() in ("-", "+"):
            self._take()
        total = sign * self._product()
        while self._peek() in ("+", "-"):
            sign = 1.0 if self._take()[1] == "+" else -1.0
            total += sign * self._product()
        return total

    def _product(self) -> float:
        total = self._power()
        while (mark := self._peek()) and mark not in ("+", "-", ")", "}"):
            if mark in ("*", "/", r"\cdot", r"\times"):
                self._take()
                right = self._power()
                total = total / right if mark == "/" else total * right
            elif mark == r"\frac" or self.tokens[self.at][0] == "number":
                raise _Open  # a mixed number, or digits after something: left to math-verify
            else:
                total *= self._power()
        return total

    def _power(self) -> float:
        base = self._atom()
        if self._peek() != "^":
            return base
        self._take()
        exponent = self._group() if self._peek() == "{" else float(self._digit())
        if abs(exponent) > 64 or base <= 0:
            raise _Open
        return base**exponent

    def _digit(self) -> str:
        kind, text = self._take()
        if kind != "number" or len(text) != 1:
            raise _Open
        return text

    def _atom(self) -> float:
        kind, text = self._take()
        if kind == "number":
            return float(text)
        if text == "(":
            inside = self._sum()
            self._take(")")
            return inside
        if text == r"\pi":
            return math.pi
        if text == r"\frac":
            return self._group() / self._group()
        if text == r"\sqrt" and (inside := self._group()) >= 0:
            return math.sqrt(inside)
        raise _Open

    def _group(self) -> float:
        self._take("{")
        inside = self._sum()
        self._take("}")
        return inside
