"""Distinct strategies: clusters of embeddings as DBSCAN finds them."""

import numpy as np

from .sizes import stacks


def strategies(vectors: np.ndarray, bounds: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
    """DBSCAN clusters plus noise points of unit vectors, cosine distance, by problem, shape (P,).

    Ester et al. 1996. Rows bounds[i]…bounds[i+1] of `vectors` (N, d) are problem i's; NaN for n < 2. Grows
    with n: compare arms at equal n. Only their number is wanted, so no point is given a label: clusters are
    the components of the graph of core points, noise is what no core point is near.
    """
    found = np.full(len(bounds) - 1, np.nan)
    for problems, stack in stacks(vectors, bounds):
        near = np.clip(1 - stack @ stack.transpose(0, 2, 1), 0, 2) <= eps
        near |= np.eye(stack.shape[1], dtype=bool)
        core = near.sum(axis=2) >= min_samples
        noise = ~(near & core[:, None, :]).any(axis=2)
        found[problems] = _components(near, core) + noise.sum(axis=1)
    return found


def _components(near: np.ndarray, core: np.ndarray) -> np.ndarray:
    """Connected components (P,) of the core points; near (P, n, n), core (P, n)."""
    linked = (near & core[:, :, None] & core[:, None, :]).astype(np.float32)
    # Squaring doubles the length of the paths that count.
    for _ in range(int(np.ceil(np.log2(max(2, core.shape[1]))))):
        linked = (linked @ linked > 0).astype(np.float32)
    first = linked.argmax(axis=2)
    return (core & (first == np.arange(core.shape[1]))).sum(axis=1)
