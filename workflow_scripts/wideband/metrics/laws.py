"""How a law over the options of an answer space compares with its target: numpy in, numbers out.

A law comes as log-probabilities of the complete answers, in nats, shape (options,); what their masses leave
to one is the mass of invalid answers. Measures "among valid answers" normalise the law over the options.
"""

import math
from collections.abc import Sequence

import numpy as np


def validity(logprobs: np.ndarray) -> float:
    """The mass that the options have together, from 0 to 1."""
    return float(min(np.exp(logprobs).sum(), 1.0))


def among_valid(logprobs: np.ndarray) -> np.ndarray:
    """The law among valid answers, shape (options,), summing to one; also where their mass underflows."""
    shifted = np.exp(np.asarray(logprobs, dtype=float) - np.max(logprobs))
    return shifted / shifted.sum()


def total_variation(law: np.ndarray, target: np.ndarray) -> float:
    """TV = ½ Σ |p − q| of two laws over the same outcomes, from 0 to 1 (Levin, Peres, Wilmer 2017, 4.2)."""
    return float(np.abs(np.asarray(law) - np.asarray(target)).sum() / 2)


def variation_with_invalid(logprobs: np.ndarray, target: np.ndarray) -> float:
    """TV to the target where *invalid* is an outcome of its own, which the target never wants.

    It sees what TV among valid answers hides: a policy that is uniform whenever it is valid, and rarely so.
    """
    return total_variation([*np.exp(logprobs), 1 - validity(logprobs)], [*target, 0.0])


def entropy(law: np.ndarray) -> float:
    """Shannon entropy in nats; 0 log 0 = 0."""
    positive = np.asarray(law)[np.asarray(law) > 0]
    return float(-(positive * np.log(positive)).sum())


def effective_number(law: np.ndarray) -> float:
    """exp of the entropy: as many equally likely answers would be as uncertain (Hill 1973, order 1)."""
    return float(np.exp(entropy(law)))


def top(law: np.ndarray) -> tuple[int, float]:
    """The place of the likeliest option, the first of several, and its mass."""
    place = int(np.argmax(law))
    return place, float(law[place])


def mean_variation(law: np.ndarray, others: Sequence[np.ndarray]) -> float:
    """Mean TV of a law to others over the same outcomes; NaN without any."""
    return float(np.mean([total_variation(law, other) for other in others])) if others else math.nan
