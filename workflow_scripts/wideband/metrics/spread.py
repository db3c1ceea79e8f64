"""Spread of unit embeddings inside each problem, without any n × n matrix."""

import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows (N, d) scaled to length 1 in float64. Raises ValueError for a zero or non-finite row."""
    vectors = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths)) or np.any(lengths == 0):
        raise ValueError("an embedding is zero or not finite; embed the slice again")
    return vectors / lengths


def cosine_distance(sums: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Mean pairwise cosine distance (P,) from Σe (P, d) of n (P,) unit vectors; NaN for n < 2.

    1 − (‖Σe‖² − n) / (n (n − 1)): the off-diagonal of E Eᵀ sums to ‖Σe‖² − n. In [0, 2].
    """
    n = np.asarray(n, dtype=float)
    pairs = np.where(n > 1, n * (n - 1), np.nan)
    return np.maximum(0.0, 1 - (np.sum(sums**2, axis=1) - n) / pairs)


def variance_trace(sums: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Trace of the population covariance (P,) of n unit vectors, 1 − ‖Σe/n‖²; NaN for n < 2. In [0, 1].

    It grows with n for the same policy: (n − 1)/n times the mean pairwise cosine distance.
    """
    n = np.asarray(n, dtype=float)
    return np.maximum(0.0, 1 - np.sum(sums**2, axis=1) / np.where(n > 1, n, np.nan) ** 2)
