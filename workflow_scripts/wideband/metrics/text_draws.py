"""Measures of as many outputs as are correct: what they are of correct ones is not due to their number."""

from collections.abc import Callable, Mapping

import numpy as np
from blake3 import blake3

from .text_names import DRAWS


def matched(
    measure: Callable[[np.ndarray], np.ndarray],
    group: np.ndarray,
    wanted: np.ndarray,
    whose: Mapping[str, str],
) -> np.ndarray:
    """A measure of `wanted` (P,) texts of each of P groups, mean over DRAWS draws, shape (P,).

    `measure` takes the group of each text, below 0 for texts that are left out, and gives values (P,). NaN
    for fewer than two wanted. Draws are without replacement, and follow from the evaluation (`whose`: arm,
    checkpoint, slice) alone. Where all are wanted none is needed.
    """
    groups = len(wanted)
    there = np.bincount(group[group >= 0], minlength=groups)
    some = (wanted > 1) & (wanted < there)
    found = np.where(wanted > 1, measure(group), np.nan)
    if not some.any():
        return found
    name = f"matched/{'/'.join(whose.values())}".encode()
    random = np.random.default_rng(int.from_bytes(blake3(name).digest(8), "big"))
    asked = np.flatnonzero((group >= 0) & some[group])
    of = group[asked]
    draws = [measure(_drawn(len(group), asked, of, wanted, random)) for _ in range(DRAWS)]
    return np.where(some, np.mean(draws, axis=0), found)


def _drawn(
    texts: int, asked: np.ndarray, of: np.ndarray, wanted: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """The group of each drawn text, -1 for the others."""
    order = np.lexsort((random.random(len(asked)), of))
    rank = np.arange(len(order)) - np.searchsorted(of[order], of[order])
    chosen = order[rank < wanted[of[order]]]
    group = np.full(texts, -1)
    group[asked[chosen]] = of[chosen]
    return group
