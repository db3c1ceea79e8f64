"""Lists in cells of tables, and lists of numbers in a study."""

from typing import Any

import numpy as np


def listed(cell: object) -> list[Any]:
    """A list as a table holds it: an array, or null where there is none."""
    return list(cell) if isinstance(cell, list | np.ndarray) else []


def ascending(numbers: list[float]) -> list[float]:
    """The list as it is. Raises ValueError unless it ascends."""
    if sorted(numbers) != numbers:
        raise ValueError("must ascend")
    return numbers
