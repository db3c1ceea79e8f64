"""What each prompt contributes to a measure that is taken over all prompts at once."""

import numpy as np


def contributions(whole: float, without: np.ndarray) -> np.ndarray:
    """Of each of P prompts, shape (P,); their mean is `whole`.

    `without` (P,) is the measure with that prompt left out, NaN for prompts that it does not rest on. These
    are jackknife values moved so that their mean is the measure itself (Efron & Tibshirani 1993, ch. 11):
    their spread is the measure's over prompts, so that intervals, differences and tests follow as for a mean.
    """
    there = np.isfinite(without)
    n = int(there.sum())
    if n < 2 or not np.isfinite(whole):
        return np.full(len(without), np.nan)
    return whole + (n - 1) * (without[there].mean() - without)


def distance_across(vectors: np.ndarray) -> np.ndarray:
    """Contributions (P,) to the mean pairwise cosine distance of P unit vectors (P, d); NaN for P < 3."""
    n, total = len(vectors), vectors.sum(axis=0)
    if n < 3:
        return np.full(n, np.nan)
    whole = 1 - (total @ total - n) / (n * (n - 1))
    rest = total - vectors
    return contributions(whole, 1 - (np.sum(rest**2, axis=1) - (n - 1)) / ((n - 1) * (n - 2)))


def vendi_across(vectors: np.ndarray) -> np.ndarray:
    """Contributions (P,) to Vendi / P of P unit vectors (P, d), by its derivative; NaN for P < 2.

    With S = Σ v vᵀ / P and H = −tr S log S, giving prompt v more weight moves H by −vᵀ log S v − H, whose
    mean is 0: one decomposition for all prompts.
    """
    n = len(vectors)
    if n < 2:
        return np.full(n, np.nan)
    values, axes = np.linalg.eigh(vectors.T @ vectors / n)
    kept = values > 1e-12
    logs = np.log(values[kept])
    entropy = -float(values[kept] @ logs)
    surprise = -((vectors @ axes[:, kept]) ** 2) @ logs
    return np.exp(entropy) / n * (1 + surprise - entropy)
