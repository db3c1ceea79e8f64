r"""Several things as an answer: `1,2`, `(3,4)`, `\{1\pm\sqrt{5},-2\}`, `(-\infty,0)\cup\{1\}`."""

import re
from decimal import Decimal
from itertools import combinations

from .elements import THOUSANDS, element, number, single
from .kinds import Collection, Kind, Share, Single, Word, unlike
from .tokens import CLOSERS, OPENERS, PIECE, split_outside

MOST_ELEMENTS = 24
# `x=` and `f(x)=`; the letters are those of descent.py.
NAME = r"(?![eEIi])[A-Za-z](?:_\{\w+\}|_\w)?(?:\((?![eEIi])[A-Za-z]\))?"
NAMED = re.compile(rf"({NAME})(=|\\in ?(?![a-z]))([^=]+)")
# math-verify takes `\\angle` for one more letter.
EQUATION = re.compile(rf"(?:{NAME}|\\angle ?(?:[A-Za-z](?:_\{{\w+\}}|_\w)?)+)=([^=]+)")
INFINITE = {r"\infty": Decimal("Infinity"), r"+\infty": Decimal("Infinity"), r"-\infty": Decimal("-Infinity")}
EITHER_SIGN = re.compile(r"(.*)\\pm ?([^+-]+)")
SEVERAL = re.compile(r"[,(\[]|\\\{|\\pm")


def collection(text: str) -> Collection | None:
    """What `text` holds, None where it is no collection that is understood."""
    if not SEVERAL.search(text):
        return None
    parts = split_outside(text, r"\cup")
    if parts is None:
        return None
    if len(parts) > 1:
        return _union([_bracketed(part, fewest=1) for part in parts])
    elements = split_outside(text, ",")
    if len(elements) == 1 and not EITHER_SIGN.fullmatch(text):
        return _bracketed(text)
    return None if THOUSANDS.fullmatch(text) else _gathered(elements)


def _union(parts: list[Collection | None]) -> Collection | None:
    if None in parts:
        return None
    several = any(part.several for part in parts)
    form = "union" if any(map(_has_inside, parts)) else ""
    return Collection(tuple(parts), several, several, listed=False, form=form)


def _gathered(texts: list[str], ordered: bool = False) -> Collection | None:
    if len(texts) > MOST_ELEMENTS:
        return None
    equations = [EQUATION.fullmatch(text) for text in texts]
    rights = [found[1] if found else text for found, text in zip(equations, texts, strict=True)]
    signed = [sign for text in rights for sign in _both_signs(text)]
    elements = [element(text) or _bracketed(text) for text in signed]
    if None in elements:
        return None
    made = _made(elements, ordered, listed=not any(equations))
    # Two signs in one of several equations are a set inside a set.
    listed = made.listed or (all(equations) and signed == rights)
    return made._replace(listed=listed, equations=any(equations))


def _both_signs(text: str) -> list[str]:
    r"""`a\pm b` as the two that it stands for."""
    found = EITHER_SIGN.fullmatch(text)
    return [f"{found[1]}+{found[2]}", f"{found[1]}-{found[2]}"] if found else [text]


def _made(elements: list[Kind], ordered: bool, listed: bool = True) -> Collection:
    several = any(unlike(*two) for two in combinations(elements, 2))
    # One that no single thing equals, inside, makes the whole one that no single thing equals.
    nested = any(element.plural for element in elements if isinstance(element, Collection))
    form = "finite" if listed and all(map(_is_counted, elements)) else ""
    return Collection(tuple(elements), several, several or ordered or nested, listed, form)


def _is_counted(part: Kind) -> bool:
    """Whether a part is one thing or three and more in order; two in brackets may be an interval."""
    if isinstance(part, Collection):
        return part.form == "finite" and len(part.elements) > 2
    return isinstance(part, Single | Share | Word)


def _bracketed(text: str, fewest: int = 2) -> Collection | None:
    pieces = PIECE.findall(text)
    if len(pieces) < 3 or pieces[0] not in OPENERS or pieces[-1] not in CLOSERS:
        return None
    texts = split_outside(text[len(pieces[0]) : -len(pieces[-1])], ",")
    if texts is None or len(texts) < (fewest if pieces[0] == r"\{" else 2):
        return None
    pair = len(texts) == 2 and pieces[0] != r"\{"
    found = (_interval(texts) if pair else None) or _gathered(texts, ordered=pieces[0] == "(")
    if found is None:
        return None
    found = found._replace(form="") if pair else found
    same = OPENERS.index(pieces[0]) == CLOSERS.index(pieces[-1])
    # math-verify reads a half-open interval as empty when its ends are not in order.
    return found if same or (pieces[0] + pieces[-1] in ("(]", "[)") and _has_inside(found)) else None


def _interval(texts: list[str]) -> Collection | None:
    """Two ends of which one is infinite."""
    ends = [number(INFINITE[text]) if text in INFINITE else single(text) for text in texts]
    return (
        _made(ends, ordered=False) if None not in ends and any(text in INFINITE for text in texts) else None
    )


def _has_inside(found: Collection) -> bool:
    """Whether the two elements, taken for the ends of an interval, are numbers in order."""
    if len(found.elements) != 2 or found.form == "finite":
        return False
    if not all(isinstance(end, Single) and not end.formula.open for end in found.elements):
        return False
    low, high = (end.formula.values[0] for end in found.elements)
    return isinstance(low, Decimal) and isinstance(high, Decimal) and low < high
