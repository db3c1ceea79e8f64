"""The n-grams of an evaluation's texts as integers, and which texts hold which.

All texts are counted at once, and distinct n-grams of many choices of texts quickly.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Grams:
    """All n-grams of one order.

    Attributes:
        order: how many tokens one has.
        ids: which n-gram each is, shape (T,); equal n-grams of one group of texts have equal numbers from 0.
        text: the place of its text, shape (T,).
        place: the token of that text that it begins with, shape (T,).
        texts: how many texts there are, those without any n-gram included.
    """

    order: int
    ids: np.ndarray
    text: np.ndarray
    place: np.ndarray
    texts: int

    def where(self, kept: np.ndarray) -> "Grams":
        """Those of the n-grams that a mask (T,) keeps."""
        return Grams(self.order, self.ids[kept], self.text[kept], self.place[kept], self.texts)

    def once(self) -> "Grams":
        """Each n-gram of a text once."""
        if not len(self.ids):
            return self
        key = self.text * (int(self.ids.max()) + 1) + self.ids
        return self.where(~pd.Series(key).duplicated().to_numpy())

    def shared(self) -> np.ndarray:
        """In how many texts of its group each n-gram occurs, shape (T,); for `once` alone."""
        return np.bincount(self.ids)[self.ids]


@dataclass(frozen=True)
class Holders:
    """The n-grams of one order by the texts that hold them.

    Attributes:
        total: n-grams of each text, shape (texts,).
        unshared: how many different ones of each text no other text has, shape (texts,).
        texts: the texts of every n-gram that several have, n-gram after n-gram, shape (S,).
        starts: where each of these n-grams begins in `texts`, shape (C,).
    """

    total: np.ndarray
    unshared: np.ndarray
    texts: np.ndarray
    starts: np.ndarray

    def counted(self, group: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
        """Distinct and all n-grams of each group, shapes (groups,).

        `group`: of each text, below 0 for texts that are left out; the others have the groups that the
        n-grams were made in, so that no n-gram is of two.
        """
        kept = group >= 0
        distinct, total = (
            np.bincount(group[kept], weights=counts[kept], minlength=groups).astype(np.int64)
            for counts in (self.unshared, self.total)
        )
        if not len(self.starts):
            return distinct, total
        owner = np.maximum.reduceat(group[self.texts], self.starts)
        return distinct + np.bincount(owner[owner >= 0], minlength=groups), total


def encode(texts: Sequence[str]) -> list[np.ndarray]:
    """Tokens of each text (words, single punctuation marks) as integers of one shared vocabulary."""
    tokens = [TOKEN.findall(text) for text in texts]
    codes, _ = pd.factorize(np.asarray([token for text in tokens for token in text], dtype=object))
    ends = np.cumsum([len(text) for text in tokens])
    return np.split(codes.astype(np.int64), ends[:-1]) if len(texts) else []


def grams(
    codes: Sequence[np.ndarray], orders: Sequence[int], group: np.ndarray | None = None
) -> Iterator[Grams]:
    """The n-grams of encoded texts, order by order as named; `group` of each text, else all in one."""
    lengths = np.array([len(text) for text in codes], dtype=np.int64)
    flat, _ = pd.factorize(np.concatenate([*codes, np.empty(0, dtype=np.int64)]).astype(np.int64))
    text = np.repeat(np.arange(len(codes)), lengths)
    place = np.arange(len(flat)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    first = flat if group is None else pd.factorize(group[text] * (int(flat.max(initial=0)) + 1) + flat)[0]
    longer = _longer(first, flat, max(orders))
    for order in orders:
        inside = place + order <= lengths[text]
        yield Grams(order, longer[order - 1][inside], text[inside], place[inside], len(codes))


def holders(every: Iterable[Grams]) -> list[Holders]:
    """Who holds the n-grams of every order."""
    return [_holders(grams) for grams in every]


def _longer(first: np.ndarray, flat: np.ndarray, most: int) -> list[np.ndarray]:
    """Which n-gram begins at each token, for n = 1 … `most`; those that leave their text are left in."""
    found, base = [first], int(flat.max(initial=0)) + 1
    for order in range(1, most):
        found.append(pd.factorize(found[-1] * base + np.roll(flat, -order))[0])
    return found


def _holders(grams: Grams) -> Holders:
    from scipy.sparse import csr_array

    once, total = grams.once(), np.bincount(grams.text, minlength=grams.texts)
    several = once.shared() > 1
    unshared = np.bincount(once.text[~several], minlength=grams.texts)
    if not several.any():
        return Holders(total, unshared, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    # Sorted by n-gram, by counting.
    there = np.ones(int(several.sum()), dtype=bool)
    table = csr_array((there, (once.ids[several], once.text[several])))
    starts = table.indptr[:-1]
    return Holders(total, unshared, table.indices, starts[np.diff(table.indptr) > 0])
