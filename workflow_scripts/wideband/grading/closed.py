"""Pairs of answer and gold that are certainly unequal, told without math-verify.

Everything said here follows math-verify's own comparison; what is not certain is left to it.
"""

from .kinds import Collection, Kind, Matrix, Single, Word, far, kind, unbalanced


def apart(answer: str, gold: str) -> bool:
    """True when two normalised texts are certainly unequal: by their kinds, or by values far apart."""
    (given, named), (expected, also_named) = kind(answer), kind(gold)
    # Of `x=3` and a value math-verify compares the right-hand side; of two equations, all of them.
    if given is None or expected is None or (named and also_named):
        return False
    return _differ(given, expected) or _differ(expected, given)


def unreadable(answer: str, gold: str) -> bool:
    """True when one text has open braces, so that math-verify compares strings, and the other has a kind."""
    pairs = (answer, gold), (gold, answer)
    return any(unbalanced(one) and kind(other)[0] is not None for one, other in pairs)


def _differ(one: Kind, other: Kind) -> bool:
    """Whether `one`, of the kind that is looked at first, certainly differs from `other`."""
    if isinstance(one, Collection):
        return _lacks(one, other) if isinstance(other, Collection) else one.plural
    if isinstance(one, Matrix):
        return isinstance(other, Single | Word)
    if isinstance(one, Word):
        return isinstance(other, Word | Single) and not _spells(other, one)
    return isinstance(other, Single) and far(one, other)


def _lacks(one: Collection, other: Collection) -> bool:
    """Whether an element of `one` is far from every element of `other`, wherever it stands."""
    if not (one.flat and other.flat):
        return False
    return any(all(far(mine, theirs) for theirs in other.elements) for mine in one.elements)


def _spells(other: Word | Single, word: Word) -> bool:
    r"""Whether `other` may be `word`: math-verify takes `ab` for `\text{ab}`, in whatever order."""
    if isinstance(other, Word):
        return other.name == word.name
    return sorted(other.product) == sorted(word.name)
