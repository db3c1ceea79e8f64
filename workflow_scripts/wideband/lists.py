"""Lists in cells of tables, and lists of numbers in a study."""

from typing import Any

import numpy as np


def listed(cell: object) -> list[Any]:
    """A list as a table holds it: an array, or null where there is none."""
    return list(cell) if isinstance(cell, list | np.ndarray) else []


def ascending(given: list[float]) -> list[float]:
    """The list as it is. Raises ValueError unless it ascends."""
    if sorted(given) != given:
        raise ValueError("must ascend")
    return given
