r"""What an equation says: `x=7` names the number 7, `3x=7` does not."""

import re

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
NAME = re.compile(rf"(?:{SIMPLE}|{FUNCTION}|{DERIVATIVE}|{LENGTH}|{AREA}|{RATIO}|{TUPLE}|{COMPUTED})")
COMMAND = re.compile(r"\\[A-Za-z]+")
CONSTANTS = re.compile(r"(?<![A-Za-z])[ei](?![A-Za-z])")
RELATION = re.compile(r"[<>]|\\(?:[gl]eq?(?:slant)?|[gl]t|neq?)(?![A-Za-z])")


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
