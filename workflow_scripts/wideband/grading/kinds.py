r"""What kind of answer a normalised text is: one formula, a collection of them, a word, a matrix.

Only what math-verify is known to read in the same way has a kind.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from .formulas import POINTS, Formula, Unread
from .formulas import read as read_formula

# Values closer than this, relative to the larger one or to 1, are left to math-verify, which rounds decimals.
MARGIN, OPEN_MARGIN = Decimal("1e-3"), Decimal("1e-6")
# math-verify calls some larger values equal to anything (`\frac{5^{2024}}{\binom{4048}{2024}}` for one).
LARGEST = Decimal("1e15")
LONGEST, MOST_ELEMENTS = 300, 24

WORD = re.compile(r"\\text\{\(?([\d:]*[A-Za-z][\dA-Za-z:]*)\)?\}")
# Words that math-verify reads as constants or signs.
NO_WORDS = re.compile(r"(?i)pi|gamma|[ei]|pct|percent(?:age)?|and|or|.*inf.*")
MATRIX = re.compile(r"\\begin\{([pb]matrix)\}(?:(?!\\begin|\\end).)+\\end\{\1\}", re.DOTALL)
# `x=` and `f(x)=`; the letters are those of formulas.py.
NAMED = re.compile(r"(?![eEIi])[A-Za-z](?:\((?![eEIi])[A-Za-z]\))?=([^=]+)")
LETTERS_ONLY = re.compile(r"(?:[A-Za-z()*]|\\cdot ?|\\times ?)+")
INFINITE = {r"\infty": Decimal("Infinity"), r"+\infty": Decimal("Infinity"), r"-\infty": Decimal("-Infinity")}
UNBALANCED = re.compile(r"(?:[^\\=$\"']|\\(?:frac|sqrt|pi|cdot|times|binom)(?![A-Za-z]))+")
OPENERS, CLOSERS = ("(", "[", r"\{"), (")", "]", r"\}")
PIECE = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)


@dataclass(frozen=True)
class Single:
    """One formula; `product` is its letters in order when it is nothing but their product."""

    formula: Formula
    product: str


@dataclass(frozen=True)
class Word:
    """One word, in lower case."""

    name: str


@dataclass(frozen=True)
class Matrix:
    """A matrix, whatever stands in it."""


@dataclass(frozen=True)
class Collection:
    """A list, set, tuple, interval or union.

    Attributes:
        elements: Its parts in order.
        plural: It certainly holds two different things, so that no single thing equals it.
        flat: It is a list, set, tuple or interval of single formulas.
    """

    elements: tuple["Single | Collection", ...]
    plural: bool
    flat: bool


Kind = Single | Word | Matrix | Collection


@lru_cache(maxsize=65536)
def kind(text: str) -> tuple[Kind | None, bool]:
    """The kind of a normalised text (None when it is not understood), and whether `x=` stood in front."""
    if len(text) > LONGEST:
        return None, False
    named = NAMED.fullmatch(text)
    if named:
        return _single(named.group(1)), True
    word = WORD.fullmatch(text)
    if word:
        name = word.group(1).lower()
        return (None if NO_WORDS.fullmatch(name) else Word(name)), False
    if MATRIX.fullmatch(text):
        return Matrix(), False
    return _single(text) or _collection(text), False


def unbalanced(text: str) -> bool:
    r"""Whether braces are left open, as in `\frac{`, in a text that math-verify cannot read therefore."""
    return text.count("{") > text.count("}") and UNBALANCED.fullmatch(text) is not None


def far(left: Single, right: Single) -> bool:
    """Whether two formulas have values far apart at one of the points, and so cannot be equal."""
    margin = OPEN_MARGIN if left.formula.open or right.formula.open else MARGIN
    pairs = zip(left.formula.values, right.formula.values, strict=True)
    return any(_far(mine, theirs, margin) for mine, theirs in pairs if None not in (mine, theirs))


def _far(mine: Decimal, theirs: Decimal, margin: Decimal) -> bool:
    if mine.is_infinite() or theirs.is_infinite():
        return mine != theirs
    if max(abs(mine), abs(theirs)) > LARGEST:
        return False
    return abs(mine - theirs) > margin * max(Decimal(1), abs(mine), abs(theirs))


def _single(text: str) -> Single | None:
    try:
        formula = read_formula(text)
    except Unread:
        return None
    letters = "".join(re.findall("[A-Za-z]", re.sub(r"\\[a-z]+", "", text))).lower()
    return Single(formula, letters if LETTERS_ONLY.fullmatch(text) else "")


def _collection(text: str) -> Collection | None:
    parts = _split(text, r"\cup")
    if parts is None:
        return None
    if len(parts) > 1:
        found = [_bracketed(part) for part in parts]
        return None if None in found else Collection(tuple(found), any(part.plural for part in found), False)
    elements = _split(text, ",")
    if len(elements) == 1:
        return _bracketed(text)
    # math-verify may take `1,234` for one number.
    return None if re.search(r"\d,\d{3}(?!\d)", text) else _gathered(elements)


def _gathered(texts: list[str]) -> Collection | None:
    if len(texts) > MOST_ELEMENTS:
        return None
    elements = [_single(text) or _bracketed(text) for text in texts]
    return None if None in elements else _made(elements)


def _made(elements: list[Single | Collection]) -> Collection:
    singles = [element for element in elements if isinstance(element, Single)]
    flat = len(singles) == len(elements)
    # A nested collection that no single thing equals makes the whole one that no single thing equals.
    nested = any(element.plural for element in elements if isinstance(element, Collection))
    return Collection(tuple(elements), nested or any(far(*two) for two in combinations(singles, 2)), flat)


def _bracketed(text: str) -> Collection | None:
    pieces = PIECE.findall(text)
    if len(pieces) < 3 or pieces[0] not in OPENERS or pieces[-1] not in CLOSERS:
        return None
    texts = _split(text[len(pieces[0]) : -len(pieces[-1])], ",")
    if texts is None or len(texts) < 2:
        return None
    ends = _interval(texts) if len(texts) == 2 and r"\{" not in pieces[0] else None
    found = ends or _gathered(texts)
    same = OPENERS.index(pieces[0]) == CLOSERS.index(pieces[-1])
    return found if found and (same or _is_forward(found, pieces[0] + pieces[-1])) else None


def _interval(texts: list[str]) -> Collection | None:
    """Two ends of which one is infinite."""
    ends = [_end(text) for text in texts]
    return _made(ends) if None not in ends and any(text in INFINITE for text in texts) else None


def _end(text: str) -> Single | None:
    return Single(Formula((INFINITE[text],) * len(POINTS), False), "") if text in INFINITE else _single(text)


def _is_forward(found: Collection, brackets: str) -> bool:
    """A half-open interval with its ends in order; math-verify reads any other as the empty set."""
    if brackets not in ("(]", "[)") or len(found.elements) != 2 or not found.flat:
        return False
    low, high = (element.formula for element in found.elements)
    ends = low.values[0], high.values[0]
    return not (low.open or high.open) and None not in ends and ends[0] < ends[1]


def _split(text: str, separator: str) -> list[str] | None:
    """`text` at every separator outside brackets; None when brackets do not match in number."""
    parts, depth = [""], 0
    for piece in PIECE.findall(text):
        depth += (piece in (*OPENERS, "{")) - (piece in (*CLOSERS, "}"))
        if depth < 0:
            return None
        if piece == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts if depth == 0 else None
