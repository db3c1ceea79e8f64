"""Reading table cells that hold lists."""

from typing import Any

import numpy as np


def listed(cell: object) -> list[Any]:
    """A list as a table holds it: an array, or null where there is none."""
    return list(cell) if isinstance(cell, list | np.ndarray) else []
