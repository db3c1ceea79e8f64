"""Kinds of answers, and which two of them are certainly unequal."""

from decimal import Decimal
from typing import Literal, NamedTuple

from . import magnitude
from .formulas import Formula
from .magnitude import Number, Power

# Values closer than this, relative to the larger one or to 1, are left to math-verify where one is a decimal,
# which it rounds.
MARGIN, OPEN_MARGIN = Decimal("1e-3"), Decimal("1e-6")
ONE = Decimal(1)


class Single(NamedTuple):
    """One formula.

    Attributes:
        formula: Its values.
        product: Its letters in order when it is nothing but their product.
        spelled: The same where no sign of multiplication stands between them.
        atom: Whether math-verify holds it as one number or one letter.
    """

    formula: Formula
    product: str = ""
    atom: bool = False
    spelled: bool = False


class Share(NamedTuple):
    """A percentage, which math-verify takes for its number or for a hundredth of it."""

    number: Single
    hundredth: Single


class Word(NamedTuple):
    """One word, in lower case, or a code of letters and digits: their order matters."""

    name: str


class Matrix(NamedTuple):
    """A matrix, whatever stands in it.

    Attributes:
        marks: How many ends of rows and of columns it has; empty where that does not tell its shape.
    """

    marks: tuple[int, ...]


class Relation(NamedTuple):
    """A comparison such as `k>2`.

    Attributes:
        solved: A `ray` when it holds one letter against one number; `never` when it has several unknowns, so
            that math-verify makes no set of it; empty where neither is certain.
    """

    solved: Literal["ray", "never", ""]


class Collection(NamedTuple):
    """A list, set, tuple, interval or union.

    Attributes:
        elements: Its parts in order.
        several: It certainly holds two different things.
        plural: No single thing equals it: it holds several, or two in order such as `(0,0)`.
        listed: Equal to another only if each element equals one of the other's; not so for unions, whose
            parts may meet, nor for lists of equations and other things.
        form: A `union` with an interval that has something inside, or a `finite` number of things;
            empty where neither is certain.
        equations: Some elements are right-hand sides of equations, which math-verify compares as such with
            other equations.
    """

    elements: tuple["Kind", ...]
    several: bool
    plural: bool
    listed: bool
    form: Literal["union", "finite", ""] = ""
    equations: bool = False


Kind = Single | Share | Word | Matrix | Relation | Collection
Value = Single | Share | Word


def unlike(one: Kind, other: Kind) -> bool:
    """Whether two are certainly unequal."""
    return _differ(one, other) or _differ(other, one)


def _differ(one: Kind, other: Kind) -> bool:
    """The same where `one` is of the kind that is looked at first."""
    if isinstance(one, Single):
        return isinstance(other, Single) and (_differ_at_a_point(one, other) or _is_scrambled(one, other))
    if isinstance(one, Word):
        return isinstance(other, Share) or (isinstance(other, Word | Single) and not _spells(other, one))
    if isinstance(one, Collection):
        return _lacks(one, other) if isinstance(other, Collection) else _exceeds(one, other)
    if isinstance(one, Share):
        return _far_both(one, other)
    if isinstance(other, Matrix):
        return isinstance(one, Matrix) and () != one.marks != other.marks != ()
    return isinstance(other, Value)


def _lacks(one: Collection, other: Collection) -> bool:
    """Whether an element of `one` differs from every element of `other`, wherever it stands."""
    if not (one.listed and other.listed) or (one.equations and other.equations):
        return (one.form, other.form) == ("union", "finite")
    return any(all(unlike(left, right) for right in other.elements) for left in one.elements)


def _exceeds(one: Collection, other: Kind) -> bool:
    """Whether a collection is more than one thing, or holds one that differs from a single thing."""
    if isinstance(other, Relation):
        return _is_unsolving(one, other)
    parts = one.elements if one.listed and isinstance(other, Value) else ()
    return one.plural or any(unlike(left, other) for left in parts)


def _is_unsolving(one: Collection, relation: Relation) -> bool:
    """Whether a collection is certainly not what a relation describes, which is endless if it is a ray."""
    if one.equations:
        return False
    nested = [part for part in one.elements if isinstance(part, Collection)]
    numbers = [part for part in one.elements if isinstance(part, Single)]
    if not all(_is_unsolving(part, relation) for part in nested):
        return False
    return relation.solved == "never" or (relation.solved == "ray" and all(map(_is_finite, numbers)))


def _is_finite(number: Single) -> bool:
    return all(
        isinstance(value, Power) or (value is not None and value.is_finite())
        for value in number.formula.values
    )


def _spells(other: Word | Single, word: Word) -> bool:
    """Whether `other` may be `word`."""
    return word.name == (other.name if isinstance(other, Word) else other.product)


def _is_scrambled(one: Single, other: Single) -> bool:
    """Whether two are the same letters in two orders, neither of which is that of the alphabet.

    A product of variables is written in that order, and may be in another; `was` is not `saw`.
    """
    if not (one.spelled and other.spelled) or one.product == other.product:
        return False
    return sorted(one.product) not in (list(one.product), list(other.product))


def _far_both(share: Share, other: Kind) -> bool:
    if isinstance(other, Share):
        return _differ_at_a_point(share.number, other.number) and _differ_at_a_point(
            share.hundredth, other.hundredth
        )
    return (
        isinstance(other, Single)
        and _differ_at_a_point(share.number, other)
        and _differ_at_a_point(share.hundredth, other)
    )


def _differ_at_a_point(one: Single, other: Single) -> bool:
    """Whether two formulas have different values at one of the points, and so cannot be equal."""
    left, right = one.formula, other.formula
    if left.decimal or right.decimal:
        margin, least = (OPEN_MARGIN if left.open or right.open else MARGIN), ONE
    else:
        margin, least = Decimal(1).scaleb(-min(left.digits, right.digits)), Decimal(0)
    pairs = zip(left.values, right.values, strict=True)
    return any(_apart(*two, margin, least) for two in pairs if None not in two)


def _apart(left: Number, right: Number, margin: Decimal, least: Decimal) -> bool:
    if isinstance(left, Power) or isinstance(right, Power):
        rounded = least and any(isinstance(value, Power) and value.is_tiny for value in (left, right))
        return not rounded and magnitude.apart(left, right)
    if left.is_infinite() or right.is_infinite():
        return left != right
    return abs(left - right) > margin * max(least, abs(left), abs(right))
