"""Vendi score: the effective number of different completions."""

import numpy as np


def vendi(vectors: np.ndarray) -> float:
    """exp of the Shannon entropy of the eigenvalues of K/n, K the cosine kernel of unit vectors (n, d).

    Friedman & Dieng 2023 (TMLR), definition 3.1. From 1 (identical) to min(n, d) (orthogonal); NaN for n < 2.
    K/n and the d × d matrix EᵀE/n share their non-zero eigenvalues: the smaller one is decomposed.
    """
    n, d = vectors.shape
    if n < 2:
        return float("nan")
    gram = (vectors @ vectors.T if n <= d else vectors.T @ vectors) / n
    eigenvalues = np.linalg.eigvalsh(gram)
    positive = eigenvalues[eigenvalues > 1e-12]
    return float(np.exp(-np.sum(positive * np.log(positive))))
