"""Columns of lists."""

import numpy as np


def listed(texts: object) -> list[str]:
    """A list of texts as a table holds it: an array, or null where there is none."""
    return list(texts) if isinstance(texts, list | np.ndarray) else []
