r"""What kind of answer a normalised text is: one formula, a collection of them, a word, a matrix.

Only what math-verify is known to read in the same way has a kind.
"""

import re
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Literal, NamedTuple

from .formulas import POINTS, Formula, Unread
from .formulas import read as read_formula
from .kinds import Collection, Kind, Matrix, Share, Single, Word, unlike

LONGEST, MOST_ELEMENTS = 300, 24
NUMBER = r"-?\d+(?:\.\d+)?"

WORD = re.compile(r"\\text\{\(?([\d:]*[A-Za-z][\dA-Za-z:]*)\)?\}")
# Words that math-verify reads as constants or signs.
NO_WORDS = re.compile(r"(?i)pi|gamma|pct|percent(?:age)?|and|or|.*inf.*")
MATRIX = re.compile(r"\\begin\{([pb]matrix)\}(?:(?!\\begin|\\end).)+\\end\{\1\}", re.DOTALL)
SHARE = re.compile(rf"({NUMBER})\\%")
# math-verify reads neither degrees nor bases.
MARKED = re.compile(rf"({NUMBER})(?:\^\\circ|_\d+|_\{{\d+\}})")
# `x=` and `f(x)=`; the letters are those of formulas.py.
NAMED = re.compile(r"(?![eEIi])[A-Za-z](?:\((?![eEIi])[A-Za-z]\))?(=|\\in ?(?![a-z]))([^=]+)")
EQUATION = re.compile(r"([^=,]+)=([^=,]+)")
LETTERS_ONLY = re.compile(r"(?:[A-Za-z()*]|\\cdot ?|\\times ?)+")
# math-verify takes this for one number where it is all of a text.
ONE_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
INFINITE = {r"\infty": Decimal("Infinity"), r"+\infty": Decimal("Infinity"), r"-\infty": Decimal("-Infinity")}
UNBALANCED = re.compile(r"(?:[^\\=$\"']|\\(?:frac|sqrt|pi|cdot|times|binom)(?![A-Za-z]))+")
OPENERS, CLOSERS = ("(", "[", r"\{"), (")", "]", r"\}")
PIECE = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)


class Reading(NamedTuple):
    """The kind of a text, None when it is not understood.

    Of an equation it is the kind of its right-hand side; `equation` tells whether a name stands to the left
    (`x=3`, `f(x)=x+1`) or something else (`x^2+y^2=13`).
    """

    kind: Kind | None
    equation: Literal["", "named", "other"] = ""


@lru_cache(maxsize=65536)
def reading(text: str) -> Reading:
    """What a normalised text is."""
    if len(text) > LONGEST:
        return Reading(None)
    named = NAMED.fullmatch(text)
    if named:
        right = _collection(named[2]) or (_element(named[2]) if named[1] == "=" else None)
        return Reading(right if isinstance(right, Single | Collection) else None, "named")
    equation = EQUATION.fullmatch(text)
    if equation:
        return Reading(_single(equation[2]) if _single(equation[1]) else None, "other")
    if MATRIX.fullmatch(text):
        return Reading(Matrix())
    return Reading(_element(text) or _collection(text))


def unbalanced(text: str) -> bool:
    r"""Whether braces are left open, as in `\frac{`, in a text that math-verify cannot read therefore."""
    return text.count("{") > text.count("}") and UNBALANCED.fullmatch(text) is not None


def _element(text: str) -> Single | Share | Word | None:
    word, share, marked = WORD.fullmatch(text), SHARE.fullmatch(text), MARKED.fullmatch(text)
    if word:
        name = word[1].lower()
        return None if NO_WORDS.fullmatch(name) else Word(name)
    if share:
        return Share(_constant(Decimal(share[1])), _constant(Decimal(share[1]) / 100))
    return _constant(Decimal(marked[1])) if marked else _single(text)


def _constant(value: Decimal) -> Single:
    return Single(Formula((value,) * len(POINTS), False))


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
        return _union([_bracketed(part, fewest=1) for part in parts])
    elements = _split(text, ",")
    if len(elements) == 1:
        return _bracketed(text)
    return None if ONE_NUMBER.fullmatch(text) else _gathered(elements)


def _union(parts: list[Collection | None]) -> Collection | None:
    if None in parts:
        return None
    several = any(part.several for part in parts)
    return Collection(tuple(parts), several, several, listed=False)


def _gathered(texts: list[str], ordered: bool = False) -> Collection | None:
    if len(texts) > MOST_ELEMENTS:
        return None
    names = [NAMED.fullmatch(text) for text in texts]
    texts = [name[2] if name and name[1] == "=" else text for name, text in zip(names, texts, strict=True)]
    elements = [_element(text) or _bracketed(text) for text in texts]
    return None if None in elements else _made(elements, ordered, listed=not any(names))


def _made(elements: list[Kind], ordered: bool, listed: bool = True) -> Collection:
    several = any(unlike(*two) for two in combinations(elements, 2))
    # One that no single thing equals, inside, makes the whole one that no single thing equals.
    nested = any(element.plural for element in elements if isinstance(element, Collection))
    return Collection(tuple(elements), several, several or ordered or nested, listed)


def _bracketed(text: str, fewest: int = 2) -> Collection | None:
    pieces = PIECE.findall(text)
    if len(pieces) < 3 or pieces[0] not in OPENERS or pieces[-1] not in CLOSERS:
        return None
    texts = _split(text[len(pieces[0]) : -len(pieces[-1])], ",")
    if texts is None or len(texts) < (fewest if pieces[0] == r"\{" else 2):
        return None
    ends = _interval(texts) if len(texts) == 2 and pieces[0] != r"\{" else None
    found = ends or _gathered(texts, ordered=pieces[0] == "(")
    same = OPENERS.index(pieces[0]) == CLOSERS.index(pieces[-1])
    return found if found and (same or _is_forward(found, pieces[0] + pieces[-1])) else None


def _interval(texts: list[str]) -> Collection | None:
    """Two ends of which one is infinite."""
    ends = [_constant(INFINITE[text]) if text in INFINITE else _single(text) for text in texts]
    return (
        _made(ends, ordered=False) if None not in ends and any(text in INFINITE for text in texts) else None
    )


def _is_forward(found: Collection, brackets: str) -> bool:
    """A half-open interval with its ends in order; math-verify reads any other as the empty set."""
    if brackets not in ("(]", "[)") or len(found.elements) != 2:
        return False
    if not all(isinstance(element, Single) and not element.formula.open for element in found.elements):
        return False
    low, high = (element.formula.values[0] for element in found.elements)
    return None not in (low, high) and low < high


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
