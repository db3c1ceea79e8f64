"""Fast scalar draws from one named seed."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from blake3 import blake3

Item = TypeVar("Item")
BLOCK = 8192


def named_seed(seed: int, *names: str | int) -> int:
    """A 64-bit seed for the purpose `names`, derived from `seed`; the same on every machine."""
    text = "/".join(str(part) for part in (seed, *names))
    return int.from_bytes(blake3(text.encode()).digest(8), "big")


class Draws:
    """Scalar draws from a NumPy generator, taken in blocks: one call per number would be slow."""

    def __init__(self, seed: int, *names: str | int) -> None:
        self._random = np.random.default_rng(named_seed(seed, *names))
        self._block: list[float] = []

    def unit(self) -> float:
        """A number in [0, 1)."""
        if not self._block:
            self._block = self._random.random(BLOCK).tolist()
        return self._block.pop()

    def between(self, low: int, high: int) -> int:
        """An integer in low..high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """One of `items`, each as likely."""
        return items[int(self.unit() * len(items))]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` different ones of `items`, in random order."""
        left = list(items)
        return [left.pop(int(self.unit() * len(left))) for _ in range(count)]

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.unit() < probability
