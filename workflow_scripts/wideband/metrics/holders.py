"""Which texts hold which n-gram, so that distinct ones of many choices of texts are counted quickly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .grams import Grams


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


def holders(every: Sequence[Grams]) -> list[Holders]:
    """Who holds the n-grams of every order."""
    return [_of(grams) for grams in every]


def _of(grams: Grams) -> Holders:
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
