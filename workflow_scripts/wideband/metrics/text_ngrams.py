"""Measures of n-grams: inside each prompt, and across prompts what each contributes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .contributions import contributions
from .grams import Grams, Holders

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def ead(every: Sequence[Holders], group: np.ndarray, groups: int, vocabulary: int) -> np.ndarray:
    """Expectation-adjusted distinct n-grams of each group's texts, shape (groups,), mean over the orders.

    `every`: who holds the n-grams of the texts in these groups, order by order.

    U / (V (1 − ((V − 1)/V)^T)): U distinct ones of T n-grams of all texts of a group together (Liu et al.
    2022, eq. 3). `group`: of each text, below 0 for texts that are left out. NaN where an order has none.
    """
    return np.mean([_ratio(*grams.counted(group, groups), vocabulary) for grams in every], axis=0)


def ead_across(every: Sequence[Grams], vocabulary: int) -> np.ndarray:
    """What each text contributes to EAD over all texts, shape (texts,); their mean is EAD."""
    whole, without = [], []
    for grams in every:
        once, total = grams.once(), np.bincount(grams.text, minlength=grams.texts)
        unshared = once.shared() == 1
        lost = np.bincount(once.text[unshared], minlength=grams.texts)
        distinct = np.count_nonzero(np.bincount(grams.ids))
        whole.append(_ratio(np.array([distinct]), np.array([len(grams.ids)]), vocabulary)[0])
        without.append(_ratio(distinct - lost, len(grams.ids) - total, vocabulary))
    return contributions(np.mean(whole), np.mean(without, axis=0))


def distinct_pair(every: Sequence[Grams], group: np.ndarray, groups: int, length: int) -> np.ndarray:
    """Share of distinct n-grams in two texts of a group, mean over its pairs and the orders, shape (groups,).

    `every` are the n-grams, in these groups, of texts that all have `length` tokens, so that neither their
    length nor how many there are moves it. NaN for fewer than two texts.
    """
    return np.mean([_distinct(grams, group, groups, length) for grams in every], axis=0)


def distinct_pair_across(every: Sequence[Grams], there: np.ndarray, length: int) -> np.ndarray:
    """What each text contributes to `distinct_pair` over all texts, shape (texts,); NaN where not `there`."""
    m = int(there.sum())
    if m < 3:
        return np.full(len(there), np.nan)
    whole, without = [], []
    for grams in every:
        once = grams.where(there[grams.text]).once()
        own, shared = np.bincount(once.text, minlength=once.texts), once.shared()
        common = np.bincount(once.text, weights=shared - 1, minlength=once.texts)
        pairs, fewer = m * (m - 1) / 2, (m - 1) * (m - 2) / 2
        both, most = common.sum() / 2, 2 * (length - grams.order + 1)
        whole.append(((m - 1) * own.sum() - both) / pairs / most)
        without.append(((m - 2) * (own.sum() - own) - (both - common)) / fewer / most)
    return contributions(np.mean(whole), np.where(there, np.mean(without, axis=0), np.nan))


def repetition_pair(four: Grams, group: np.ndarray, groups: int) -> np.ndarray:
    """log(1 + n-grams that two texts share), mean over the pairs of a group, shape (groups,).

    Self-repetition of Salkar et al. 2022 for sets of two; NaN for fewer than two texts.
    """
    found, once = np.full(groups, np.nan), four.where(group[four.text] >= 0).once()
    members = _sizes(group, groups)
    inside = np.flatnonzero(group >= 0)
    inside = inside[np.argsort(group[inside], kind="stable")]
    rank = np.zeros(len(group), dtype=np.int64)
    rank[inside] = np.arange(len(inside)) - (np.cumsum(members) - members)[group[inside]]
    shared = _common(once.text, once.ids, len(group)).tocoo()
    one, two, of = shared.row, shared.col, group[shared.row]
    logs = np.log1p(np.where(one == two, 0, shared.data))
    for size in np.unique(members[members > 1]):
        of_size = members[of] == size
        places = np.flatnonzero(members == size)
        table = np.zeros((len(places), size, size))
        table[np.searchsorted(places, of[of_size]), rank[one[of_size]], rank[two[of_size]]] = logs[of_size]
        found[places] = table.reshape(len(places), -1).sum(axis=1) / (size * (size - 1))
    return found


def repetition_pair_across(four: Grams, there: np.ndarray) -> np.ndarray:
    """What each text contributes to `repetition_pair` over all, shape (texts,); NaN where not `there`."""
    once, m = four.where(there[four.text]).once(), int(there.sum())
    if m < 3:
        return np.full(len(there), np.nan)
    texts, logs = np.unique(once.text), _shared_logs(once.text, once.ids)
    by_text = np.zeros(len(there))
    by_text[texts] = logs.sum(axis=1)
    without = (logs.sum() - 2 * by_text) / ((m - 1) * (m - 2))
    return contributions(logs.sum() / (m * (m - 1)), np.where(there, without, np.nan))


def _ratio(distinct: np.ndarray, total: np.ndarray, vocabulary: int) -> np.ndarray:
    expected = -vocabulary * np.expm1(total * np.log1p(-1 / vocabulary))
    return np.where(total > 0, distinct, np.nan) / np.where(total > 0, expected, 1.0)


def _distinct(grams: Grams, group: np.ndarray, groups: int, length: int) -> np.ndarray:
    once = grams.where(group[grams.text] >= 0).once()
    of, m = group[once.text], _sizes(group, groups).astype(float)
    own, common = np.bincount(of, minlength=groups), once.shared() - 1
    both = np.bincount(of, weights=common, minlength=groups) / 2
    pairs = np.where(m > 1, m * (m - 1) / 2, np.nan)
    return ((m - 1) * own - both) / pairs / (2 * (length - grams.order + 1))


def _sizes(group: np.ndarray, groups: int) -> np.ndarray:
    return np.bincount(group[group >= 0], minlength=groups)


def _shared_logs(text: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """log(1 + shared n-grams) of each pair of texts, shape (texts, texts), 0 on the diagonal."""
    if not len(ids):
        return np.zeros((0, 0))
    rows = np.unique(text, return_inverse=True)[1]
    shared = _common(rows, ids, int(rows.max()) + 1).toarray()
    np.fill_diagonal(shared, 0)
    return np.log1p(shared)


def _common(text: np.ndarray, ids: np.ndarray, texts: int) -> "csr_array":
    """How many n-grams each two texts share, shape (texts, texts); each n-gram of a text is given once."""
    from scipy.sparse import csr_array

    shape = (texts, int(ids.max(initial=0)) + 1)
    table = csr_array((np.ones(len(ids), dtype=np.int64), (text, ids)), shape=shape)
    return table @ table.T
