"""Measures of the embeddings of each problem's outputs: spread, strategies, Vendi score."""

from collections.abc import Iterator

import numpy as np

# Enough problems to amortise a call, few enough to fit in memory.
TOGETHER = 4096


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


def strategies(vectors: np.ndarray, bounds: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
    """DBSCAN clusters plus noise points of unit vectors, cosine distance, by problem, shape (P,).

    Ester et al. 1996. Rows bounds[i]…bounds[i+1] of `vectors` (N, d) are problem i's; NaN for n < 2. Grows
    with n: compare arms at equal n. Only their number is wanted, so no point is given a label: clusters are
    the components of the graph of core points, noise is what no core point is near.
    """
    found = np.full(len(bounds) - 1, np.nan)
    for problems, stack in _stacks(vectors, bounds):
        near = np.clip(1 - stack @ stack.transpose(0, 2, 1), 0, 2) <= eps
        near |= np.eye(stack.shape[1], dtype=bool)
        core = near.sum(axis=2) >= min_samples
        noise = ~(near & core[:, None, :]).any(axis=2)
        found[problems] = _components(near, core) + noise.sum(axis=1)
    return found


def vendi(vectors: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """exp of the Shannon entropy of the eigenvalues of K/n, K the cosine kernel of unit vectors, by problem.

    Friedman & Dieng 2023 (TMLR), definition 3.1. Shape (P,); rows bounds[i]…bounds[i+1] of `vectors` (N, d)
    are problem i's. From 1 (identical) to min(n, d) (orthogonal); NaN for n < 2. K/n and the d × d matrix
    EᵀE/n share their non-zero eigenvalues: the smaller one is decomposed.
    """
    scores = np.full(len(bounds) - 1, np.nan)
    for problems, stack in _stacks(vectors, bounds):
        _, n, d = stack.shape
        turned = stack.transpose(0, 2, 1)
        gram = (stack @ turned if n <= d else turned @ stack) / n
        eigenvalues = np.linalg.eigvalsh(gram)
        positive = np.where(eigenvalues > 1e-12, eigenvalues, 1.0)  # 1 · log 1 = 0
        scores[problems] = np.exp(-np.sum(positive * np.log(positive), axis=1))
    return scores


def _components(near: np.ndarray, core: np.ndarray) -> np.ndarray:
    """Connected components (P,) of the core points; near (P, n, n), core (P, n)."""
    linked = (near & core[:, :, None] & core[:, None, :]).astype(np.float32)
    # Squaring doubles the length of the paths that count.
    for _ in range(int(np.ceil(np.log2(max(2, core.shape[1]))))):
        linked = (linked @ linked > 0).astype(np.float32)
    first = linked.argmax(axis=2)
    return (core & (first == np.arange(core.shape[1]))).sum(axis=1)


def _stacks(vectors: np.ndarray, bounds: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(problems (P,), their vectors (P, n, d)) for each n > 1; rows bounds[i]…bounds[i+1] are problem i's."""
    sizes = np.diff(bounds)
    for n in np.unique(sizes[sizes > 1]):
        members = np.flatnonzero(sizes == n)
        for start in range(0, len(members), TOGETHER):
            part = members[start : start + TOGETHER]
            yield part, vectors[bounds[part][:, None] + np.arange(n)]
