r"""What kind of answer a normalised text is: one formula, a collection of them, a word, a matrix, a relation.

Only what math-verify is known to read in the same way has a kind.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from .collected import NAMED, collection
from .elements import THOUSANDS, element, number, single
from .kinds import Collection, Kind, Matrix, Relation, Single

LONGEST = 300
# Anywhere behind a fraction, math-verify tears these digits apart: `\log_{2}15` becomes `\log_{2}1 5`.
TORN = re.compile(r"\\frac.*\}\d[\d.]", re.DOTALL)

MATRIX = re.compile(r"\\begin\{([pb]matrix)\}(?:(?!\\begin|\\end).)+\\end\{\1\}", re.DOTALL)
EQUATION = re.compile(r"([^=,]+)=([^=,]+)")
RELATION = re.compile(r"[<>]=?|\\(?:[gl]eq?(?:slant)?|[gl]t|neq?)(?![A-Za-z]) ?")
OPEN_BRACES = re.compile(r"(?:[^\\=$\"']|\\(?:frac|sqrt|pi|cdot|times|binom)(?![A-Za-z]))+")
NAMED_INTERVAL = re.compile(
    r"[A-Za-z](?:\([^()\[\]{},\\]+,[^()\[\]{},\\]+\]|\[[^()\[\]{},\\]+,[^()\[\]{},\\]+\))"
)


class Reading(NamedTuple):
    """The kind of a text, None when it is not understood.

    Of an equation it is the kind of its right-hand side, whose text is `right`; `equation` tells whether a
    name stands to the left (`x=3`, `f(x)=x+1`) or something else (`x^2+y^2=13`).
    """

    kind: Kind | None
    equation: Literal["", "named", "other"] = ""
    right: str = ""


NOTHING = Reading(None)


@lru_cache(maxsize=65536)
def reading(text: str) -> Reading:
    """What a normalised text is."""
    if len(text) > LONGEST or TORN.search(text):
        return NOTHING
    if "=" in text or r"\in" in text:
        found = _named(text) or _equation(text)
        if found:
            return found
    if MATRIX.fullmatch(text):
        return Reading(Matrix())
    if THOUSANDS.fullmatch(text):
        return Reading(number(Decimal(text.replace(",", ""))))
    return Reading(element(text) or collection(text) or _relation(text))


@lru_cache(maxsize=65536)
def unparsed(text: str) -> bool:
    r"""Whether math-verify cannot read a text for certain: open braces (`\frac{`), a name before `(0,4]`."""
    if text.count("{") > text.count("}"):
        return OPEN_BRACES.fullmatch(text) is not None
    return NAMED_INTERVAL.fullmatch(text) is not None


def _named(text: str) -> Reading | None:
    named = NAMED.fullmatch(text)
    if named is None:
        return None
    right = collection(named[2]) or (element(named[2]) if named[1] == "=" else None)
    return Reading(right if isinstance(right, Single | Collection) else None, "named", named[2])


def _equation(text: str) -> Reading | None:
    sides = EQUATION.fullmatch(text)
    if sides is None or RELATION.search(text):
        return None
    return Reading(single(sides[2]) if single(sides[1]) else None, "other", sides[2])


def _relation(text: str) -> Relation | None:
    sides = RELATION.split(text)
    return Relation() if len(sides) in (2, 3) and all(map(single, sides)) else None
