"""Kinds of answers, and which two of them are certainly unequal to math-verify."""

from dataclasses import dataclass
from decimal import Decimal

from .formulas import Formula

# Values closer than this, relative to the larger one or to 1, are left to math-verify, which rounds decimals.
MARGIN, OPEN_MARGIN = Decimal("1e-3"), Decimal("1e-6")


@dataclass(frozen=True)
class Single:
    """One formula; `product` is its letters in order when it is nothing but their product."""

    formula: Formula
    product: str = ""


@dataclass(frozen=True)
class Share:
    """A percentage, which math-verify takes for its number or for a hundredth of it."""

    number: Single
    hundredth: Single


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
        several: It certainly holds two different things.
        plural: No single thing equals it: it holds several, or two in order such as `(0,0)`.
        listed: Equal to another only if each element equals one of the other's; not so for unions, whose
            parts may meet, nor for lists of equations.
    """

    elements: tuple["Kind", ...]
    several: bool
    plural: bool
    listed: bool


Kind = Single | Share | Word | Matrix | Collection


def unlike(one: Kind, other: Kind) -> bool:
    """Whether two are certainly unequal."""
    return _differ(one, other) or _differ(other, one)


def _differ(one: Kind, other: Kind) -> bool:
    """The same where `one` is of the kind that is looked at first."""
    if isinstance(one, Collection):
        return _lacks(one, other) if isinstance(other, Collection) else one.plural
    if isinstance(one, Matrix):
        return isinstance(other, Single | Word)
    if isinstance(one, Word):
        return isinstance(other, Share) or (isinstance(other, Word | Single) and not _spells(other, one))
    if isinstance(one, Share):
        return _far_both(one, other)
    return isinstance(other, Single) and _far(one, other)


def _lacks(one: Collection, other: Collection) -> bool:
    """Whether an element of `one` differs from every element of `other`, wherever it stands."""
    if not (one.listed and other.listed):
        return False
    return any(all(unlike(mine, theirs) for theirs in other.elements) for mine in one.elements)


def _spells(other: Word | Single, word: Word) -> bool:
    r"""Whether `other` may be `word`: math-verify takes `ab` for `\text{ab}`, in whatever order."""
    if isinstance(other, Word):
        return other.name == word.name
    return sorted(other.product) == sorted(word.name)


def _far_both(share: Share, other: Kind) -> bool:
    if isinstance(other, Share):
        return _far(share.number, other.number) and _far(share.hundredth, other.hundredth)
    return isinstance(other, Single) and _far(share.number, other) and _far(share.hundredth, other)


def _far(left: Single, right: Single) -> bool:
    """Whether two formulas have values far apart at one of the points, and so cannot be equal."""
    margin = OPEN_MARGIN if left.formula.open or right.formula.open else MARGIN
    pairs = zip(left.formula.values, right.formula.values, strict=True)
    return any(_apart(mine, theirs, margin) for mine, theirs in pairs if None not in (mine, theirs))


def _apart(mine: Decimal, theirs: Decimal, margin: Decimal) -> bool:
    if mine.is_infinite() or theirs.is_infinite():
        return mine != theirs
    return abs(mine - theirs) > margin * max(Decimal(1), abs(mine), abs(theirs))
