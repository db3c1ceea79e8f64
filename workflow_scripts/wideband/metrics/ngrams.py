"""Expectation-adjusted distinct n-grams of a set of texts."""

import math
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

TOKEN = re.compile(r"\w+|[^\w\s]")


def encode(texts: Sequence[str]) -> list[np.ndarray]:
    """Tokens of each text (words, single punctuation marks) as integers of one shared vocabulary."""
    tokens = [TOKEN.findall(text) for text in texts]
    codes, _ = pd.factorize(np.asarray([token for text in tokens for token in text], dtype=object))
    ends = np.cumsum([len(text) for text in tokens])
    return np.split(codes.astype(np.int64), ends[:-1]) if len(texts) else []


def expectation_adjusted_distinct(texts: Sequence[np.ndarray], order: int, vocabulary: int) -> float:
    """EAD of order-grams: N / (V (1 − ((V − 1)/V)^C)), Liu et al. 2022 (ACL, arXiv:2202.13587), eq. 3.

    N distinct and C total n-grams over all encoded texts, V the vocabulary size (a constant, so that arms
    compare). Distinct-n punishes long outputs; dividing by the expected number of distinct draws does not.
    NaN without any n-gram.
    """
    grams = np.concatenate([_grams(text, order) for text in texts]) if len(texts) else np.empty((0, order))
    total = len(grams)
    if total == 0:
        return math.nan
    expected = -vocabulary * math.expm1(total * math.log1p(-1 / vocabulary))
    return _distinct(grams) / expected


def _grams(text: np.ndarray, order: int) -> np.ndarray:
    if len(text) < order:
        return np.empty((0, order), dtype=np.int64)
    return np.lib.stride_tricks.sliding_window_view(text, order)


def _distinct(grams: np.ndarray) -> int:
    base, order = int(grams.max()) + 1, grams.shape[1]
    if order * math.log2(max(base, 2)) >= 63:
        return len(np.unique(grams, axis=0))
    return len(np.unique(grams @ (base ** np.arange(order, dtype=np.int64))))
