"""Fixed points at which expressions with letters are compared."""

import random
from decimal import Decimal


class Point(dict[str, Decimal]):
    """A value for every name, drawn when it is first asked for, the same in every process."""

    def __init__(self, low: float, width: float) -> None:
        """Values between `low` and `low + width`."""
        super().__init__()
        self.low, self.width = low, width

    def __missing__(self, name: str) -> Decimal:
        self[name] = Decimal(self.low + self.width * random.Random(f"{self.low} {name}").random())
        return self[name]


# One point near zero, where roots of `1-x` exist, and one beyond, for those of `x-3`.
POINTS = (Point(0.2, 0.6), Point(3.2, 2.8))
