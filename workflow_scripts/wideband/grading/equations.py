r"""What an equation says: `x=7` names the number 7, `3x=7` does not."""

import re
from fractions import Fraction
from itertools import combinations

from .exact import exact
from .tokens import split_outside

INDEX = r"(?:_(?:\w|\\[A-Za-z]+ ?|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}))?"
MARKS = r"(?:'|\^\{?(?:\*|\\ast|\\prime|\\star)\}?)*"
NO_NAMES = r"frac|sqrt|sin|cos|tan|log|ln|cdot|times|pi(?![A-Za-z])"
LETTER = rf"(?:[A-Za-z]|\\(?!{NO_NAMES})[a-zA-Z]+ ?){INDEX}{MARKS}"
ACCENT = r"\\(?:bar|hat|vec|overline|tilde|widehat|widetilde|dot|ddot|overrightarrow|underline) ?"
ACCENTED = rf"{ACCENT}(?:\{{[^{{}}]*\}}|[A-Za-z]){INDEX}{MARKS}"
WRITTEN = rf"(?:\\(?:text|mathrm|operatorname|mathcal|mathbb)\{{[^{{}}]*\}}){INDEX}{MARKS}"
# Points side by side name a segment, a triangle or an angle.
POINTS = rf"(?:[A-Z]{INDEX}'*){{2,}}"
ANGLE = r"m?\\(?:angle|triangle|measuredangle) ?[A-Za-z\d_{}']+"
SIMPLE = rf"(?:{ANGLE}|{ACCENTED}|{WRITTEN}|{POINTS}|{LETTER})"
# A letter in front of brackets is a function of what is in them, unless it may be a factor: `n(n+1)`.
CALLED = rf"(?:[A-Zf-hpq]|\\[A-Za-z]+ ?|{WRITTEN}){INDEX}(?:'|\^\{{-1\}})*|[A-Za-z]{INDEX}'+"
FUNCTION = rf"(?:{CALLED}|[A-Za-z]{INDEX}(?=[(\[][^-+*/^]*[)\]]))[(\[].*[)\]]"
DERIVATIVE = r"\\frac\{d[^{}]*\}\{d[^{}]*\}.*"
LENGTH = rf"\|(?:{POINTS}|{ACCENTED})\||\\\|.*\\\||\\(?:lVert|Vert).*"
AREA = r"\[[A-Z]{3,}\]"
RATIO = rf"{POINTS}(?:(?:[:/+]{POINTS})+|)|\\frac\{{{POINTS}\}}\{{{POINTS}\}}|{LETTER}(?::{LETTER})+"
TUPLE = rf"(?:\(|\\\{{){SIMPLE}(?:,{SIMPLE})+(?:\)|\\\}})"
COMPUTED = r"\\(?:sum|prod|int|iint|oint|lim|max|min|gcd|lcm|det|dim|deg|Pr|binom|sup|inf)(?![a-z]).*"
DECIMAL = re.compile(r"-?\d*\.(\d\d+)")
NAME = re.compile(rf"(?:{SIMPLE}|{FUNCTION}|{DERIVATIVE}|{LENGTH}|{AREA}|{RATIO}|{TUPLE}|{COMPUTED})")
COMMAND = re.compile(r"\\[A-Za-z]+")
CONSTANTS = re.compile(r"(?<![A-Za-z])[ei](?![A-Za-z])")
RELATION = re.compile(r"[<>]|\\(?:[gl]eq?(?:slant)?|[gl]t|neq?)(?![A-Za-z])")


def contradicts(text: str) -> bool:
    """Whether an equation in a normalised text is false: two sides have different values."""
    parts = [_sides(part) for part in split_outside(text, ",") or [text]]
    return any(_differ(*two) for sides in parts for two in combinations(sides, 2))


def held(text: str) -> str:
    """The last side of an equation whose sides all have the same value (`3!=6`); another text as it is."""
    sides = _sides(text)
    values = [exact(side) for side in sides]
    return sides[-1] if len(sides) > 1 and None not in values and len(set(values)) == 1 else text


def _sides(text: str) -> list[str]:
    return split_outside(text, "=") or [text] if "=" in text else [text]


def _differ(one: str, other: str) -> bool:
    """Whether two sides have different values, up to the rounding of a decimal."""
    left, right = exact(one), exact(other)
    if left is None or right is None:
        return False
    apart = abs(left - right)
    return apart > 0 and apart >= max(_rounding(one), _rounding(other))


def _rounding(side: str) -> Fraction:
    """What a decimal of two digits and more may be rounded by; a single digit is taken as exact."""
    digits = DECIMAL.fullmatch(side)
    return Fraction(1, 10 ** len(digits[1])) if digits else Fraction(0)


def named(text: str) -> bool:
    r"""Whether every equation in a normalised text gives a name to what stands to the right of its last sign.

    The left-hand side of such an equation is a name (`x`, `f(2)`, `AB`, `\angle ABC`) or a computation
    without unknowns (`2+3`); in a chain `x=2+3=5` that is the first part, and so must be those between.
    """
    return all(_names(part) for part in split_outside(text, ",") or [text])


def _names(part: str) -> bool:
    sides = split_outside(part, "=") or [part]
    if len(sides) < 2 or RELATION.search(part):
        return True
    first, *between = sides[:-1]
    return (NAME.fullmatch(first) is not None or _is_closed(first)) and all(map(_is_known, between))


def _is_known(side: str) -> bool:
    return _is_closed(side) or NAME.fullmatch(side) is not None


def _is_closed(side: str) -> bool:
    return not re.search(r"[A-Za-z]", CONSTANTS.sub("", COMMAND.sub(" ", side)))
