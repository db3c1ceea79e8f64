"""Laws over numbers as problems tables state them: one distribution, or a mixture of several."""

import json
from collections.abc import Callable

import numpy as np

from .distribution import LEVELS, Distribution

HALVINGS = 100


def text_of(parts: list[tuple[float, str, dict[str, float]]]) -> str:
    """What a problems table holds of a law: of a mixture weight, family and parameters of each part."""
    if len(parts) == 1:
        return Distribution(parts[0][1], tuple(parts[0][2].items())).text()
    told = [dict(zip(("weight", "family", "parameters"), part, strict=True)) for part in parts]
    return json.dumps({"mixture": told})


def signature(text: str) -> np.ndarray:
    """Numbers that two cells `distribution` share only where they state one law, shape (15,).

    A mixture may be a single distribution under another name: Bernoulli laws mixed are one.
    """
    said = json.loads(text)
    if "mixture" not in said:
        return Distribution.read(text).signature()
    parts = [Distribution(part["family"], tuple(part["parameters"].items())) for part in said["mixture"]]
    weights = np.array([part["weight"] for part in said["mixture"]])
    weights = weights / weights.sum()

    def mass(values: np.ndarray) -> np.ndarray:
        return weights @ np.array([part.law.cdf(values) for part in parts])

    # The quantile of a mixture lies between those of its parts.
    part_quantiles = np.array([part.law.ppf(LEVELS) for part in parts])
    quantiles = _first(mass, np.array(LEVELS), part_quantiles.min(axis=0), part_quantiles.max(axis=0))
    return np.array([float(all(part.discrete for part in parts)), *quantiles, *mass(quantiles)])


def _first(
    mass: Callable[[np.ndarray], np.ndarray], levels: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """The least values between `low` and `high` whose mass reaches the levels, by halving."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        reached = mass(middle) >= levels
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high
