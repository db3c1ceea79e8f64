"""Vendi score: the effective number of different completions."""

import numpy as np

from .sizes import stacks


def vendi(vectors: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """exp of the Shannon entropy of the eigenvalues of K/n, K the cosine kernel of unit vectors, by problem.

    Friedman & Dieng 2023 (TMLR), definition 3.1. Shape (P,); rows bounds[i]…bounds[i+1] of `vectors` (N, d)
    are problem i's. From 1 (identical) to min(n, d) (orthogonal); NaN for n < 2. K/n and the d × d matrix
    EᵀE/n share their non-zero eigenvalues: the smaller one is decomposed.
    """
    scores = np.full(len(bounds) - 1, np.nan)
    for problems, stack in stacks(vectors, bounds):
        _, n, d = stack.shape
        turned = stack.transpose(0, 2, 1)
        gram = (stack @ turned if n <= d else turned @ stack) / n
        eigenvalues = np.linalg.eigvalsh(gram)
        positive = np.where(eigenvalues > 1e-12, eigenvalues, 1.0)  # 1 · log 1 = 0
        scores[problems] = np.exp(-np.sum(positive * np.log(positive), axis=1))
    return scores
