"""The n-grams of an evaluation's texts as integers, all texts at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


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


def _longer(first: np.ndarray, flat: np.ndarray, most: int) -> list[np.ndarray]:
    """Which n-gram begins at each token, for n = 1 … `most`; those that leave their text are left in."""
    found, base = [first], int(flat.max(initial=0)) + 1
    for order in range(1, most):
        found.append(pd.factorize(found[-1] * base + np.roll(flat, -order))[0])
    return found
