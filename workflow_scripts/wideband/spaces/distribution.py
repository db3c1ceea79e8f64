"""The distribution that an item asks to draw from, as its row says it, and which numbers can come out of it.

A problems table states one distribution, or a mixture of several (`text_of`, `signature`).
scipy is imported inside: few jobs have such items, and it takes long to load.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

# Levels whose quantiles, with the mass up to them, tell laws apart; no simple share of a discrete law is one.
LEVELS = (0.013, 0.107, 0.259, 0.503, 0.751, 0.893, 0.987)
LOW, HIGH = 0.001, 0.999
TAIL = 1e-9
# Of an interval, in the search for a quantile of a mixture.
HALVINGS = 100


@dataclass(frozen=True)
class Distribution:
    """A law over numbers, and the canonical values that stand for it.

    Attributes:
        family: one of `spaces.families`.
        parameters: (name, value) of each.
        values: the canonical values as texts, rising.
    """

    family: str
    parameters: tuple[tuple[str, float], ...]
    values: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str, values: tuple[str, ...] = ()) -> "Distribution":
        """Of the cell `distribution` of a problems table."""
        content = json.loads(text)
        return cls(content["family"], tuple(content["parameters"].items()), values)

    def text(self) -> str:
        """What a problems table holds."""
        return json.dumps({"family": self.family, "parameters": dict(self.parameters)})

    @property
    def law(self) -> Any:
        """scipy's distribution. Raises SpaceError for a family or parameters that are none."""
        return _family(self.family, self.parameters)[1]

    @property
    def discrete(self) -> bool:
        """Whether its numbers are integers."""
        return _family(self.family, self.parameters)[0].discrete

    @property
    def width(self) -> float:
        """From the .001 to the .999 quantile."""
        low, high = self.law.ppf([LOW, HIGH])
        return float(high - low)

    def quantiles(self, levels: np.ndarray) -> np.ndarray:
        """The quantiles at levels between 0 and 1, of any shape; those of discrete laws out of a table."""
        if not self.discrete:
            return np.asarray(self.law.ppf(levels), dtype=float)
        values, mass = _table(self.family, self.parameters)
        return values[np.minimum(np.searchsorted(mass, levels), len(values) - 1)]

    def in_support(self, numbers: np.ndarray) -> np.ndarray:
        """Whether numbers lie between the ends of the support, these included; NaN does not."""
        low, high = self.law.support()
        return (numbers >= low) & (numbers <= high)

    def valid(self, numbers: np.ndarray) -> np.ndarray:
        """Whether numbers are in the support, and integers where the law has no others."""
        return self.in_support(numbers) & ((numbers % 1 == 0) | (not self.discrete))

    def place(self, number: float) -> int:
        """The place of the canonical value whose mass holds that of this number."""
        values = _numbers(self.values)
        return int(np.searchsorted((values[1:] + values[:-1]) / 2, number))

    def signature(self) -> np.ndarray:
        """Numbers that two distributions share only where they are one law, shape (15,)."""
        quantiles = np.asarray(self.law.ppf(LEVELS), dtype=float)
        return np.array([float(self.discrete), *quantiles, *self.law.cdf(quantiles)])


@lru_cache(maxsize=4096)
def _family(name: str, parameters: tuple[tuple[str, float], ...]) -> tuple[Any, Any]:
    from .families import family_of

    family = family_of(name, dict(parameters))
    return family, family.law(dict(parameters))


@lru_cache(maxsize=4096)
def _table(name: str, parameters: tuple[tuple[str, float], ...]) -> tuple[np.ndarray, np.ndarray]:
    """Integers of a discrete law but for its last TAIL at either end, and the mass up to each."""
    law = _family(name, parameters)[1]
    first, last = law.ppf([TAIL, 1 - TAIL])
    values = np.arange(first, last + 1)
    return values, law.cdf(values)


@lru_cache(maxsize=4096)
def _numbers(values: tuple[str, ...]) -> np.ndarray:
    return np.array(values, dtype=float)


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
