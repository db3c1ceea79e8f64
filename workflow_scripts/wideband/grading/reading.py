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
from .tokens import letters

LONGEST = 300
# Anywhere behind a fraction, math-verify tears these digits apart: `\log_{2}15` becomes `\log_{2}1 5`.
TORN = re.compile(r"\\frac.*\}\d[\d.]", re.DOTALL)

MATRIX = re.compile(r"\\begin\{([pb]matrix)\}((?:(?!\\begin|\\end).)+)\\end\{\1\}", re.DOTALL)
EQUATION = re.compile(r"([^=,]+)=([^=,]+)")
# The letters `tr` (not behind `d`: `dt` is a differential) are for math-verify the trace of a matrix, and no
# text with them is read. A text with a comma or one equation is not read from its last equation alone.
TRACE = re.compile(r"(?!.*\\begin)(?=[^=]*=?[^=]*$|.*[,;])[^\\$\"']*(?<![dD\s])tr[^$\"']*", re.DOTALL)
APPLIED = re.compile(r"(?![eEIi])[A-Za-z]\(-?\d+\)")
RELATION = re.compile(r"[<>]=?|\\(?:[gl]eq?(?:slant)?|[gl]t|neq?)(?![A-Za-z]) ?")
OPEN_BRACES = re.compile(r"(?:[^\\=$\"']|\\(?:frac|sqrt|pi|cdot|times|binom)(?![A-Za-z]))+")
NAMED_INTERVAL = re.compile(
    r"[A-Za-z](?:\([^()\[\]{},\\]+,[^()\[\]{},\\]+\]|\[[^()\[\]{},\\]+,[^()\[\]{},\\]+\))"
)


class Reading(NamedTuple):
    """The kind of a text, None when it is not understood.

    Of an equation it is the kind of its right-hand side, whose text is `right`; `equation` tells whether a
    name stands to the left (`x=3`, `f(x)=x+1`) or something else, with one letter in all (`x^2=13`) or with
    several (`x^2+y^2=13`). Its left-hand side is `left`, empty where the sign is not `=`.
    """

    kind: Kind | None
    equation: Literal["", "named", "other", "several"] = ""
    right: str = ""
    left: str = ""


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
    matrix = MATRIX.fullmatch(text)
    if matrix:
        return Reading(Matrix(_marks(matrix[2])))
    if THOUSANDS.fullmatch(text):
        return Reading(number(Decimal(text.replace(",", ""))))
    return Reading(element(text) or collection(text) or _relation(text))


@lru_cache(maxsize=65536)
def unparsed(text: str) -> bool:
    r"""Whether math-verify cannot read a text for certain: open braces (`\frac{`), a name before `(0,4]`."""
    if text.count("{") > text.count("}"):
        return OPEN_BRACES.fullmatch(text) is not None
    if TRACE.fullmatch(text):
        return reading(text).kind is None
    return NAMED_INTERVAL.fullmatch(text) is not None


def _named(text: str) -> Reading | None:
    named = NAMED.fullmatch(text)
    if named is None:
        return None
    name, sign, text = named.groups()
    right = collection(text) or (element(text) if sign == "=" else None)
    kind = right if isinstance(right, Single | Collection) else None
    return Reading(kind, "named", text, name if sign == "=" else "")


def _equation(text: str) -> Reading | None:
    sides = EQUATION.fullmatch(text)
    if sides is None or RELATION.search(text):
        return None
    left, right = single(sides[1]), single(sides[2])
    if left is None or right is None:
        return Reading(None, "other", sides[2])
    return Reading(right, "several" if len(letters(text)) > 1 else "other", sides[2], sides[1])


def _relation(text: str) -> Relation | None:
    sides = RELATION.split(text)
    if len(sides) not in (2, 3):
        return None
    applied = {side.lower() for side in sides if APPLIED.fullmatch(side)}
    found = [single(side) for side in sides if side.lower() not in applied]
    if None in found:
        return None
    if len(applied.union(*map(letters, sides))) > (2 if applied else 1):
        return Relation("never")
    opens = [reading for reading in found if reading.formula.open]
    return Relation("ray" if len(sides) == 2 and len(opens) == 1 and opens[0].atom and not applied else "")


def _marks(rows: str) -> tuple[int, ...]:
    body = rows.strip("\\ ")
    return () if r"\\\\" in body else (body.count(r"\\"), body.count("&"))
