"""Distinct strategies: clusters of embeddings that DBSCAN finds."""

import numpy as np


def strategies(vectors: np.ndarray, eps: float, min_samples: int) -> float:
    """DBSCAN clusters plus noise points of unit vectors (n, d), cosine distance; NaN for n < 2.

    Ester et al. 1996; scikit-learn's implementation. Grows with n: compare arms at equal n.
    """
    if len(vectors) < 2:
        return float("nan")
    from sklearn.cluster import dbscan  # a second of import that only this metric needs

    distances = np.clip(1 - vectors @ vectors.T, 0, 2)
    np.fill_diagonal(distances, 0)
    _, labels = dbscan(distances, eps=eps, min_samples=min_samples, metric="precomputed")
    return float(len(np.unique(labels[labels >= 0])) + np.sum(labels < 0))
