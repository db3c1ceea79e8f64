"""Problems with equally many rollouts, stacked, so that matrices of many problems are handled at once."""

from collections.abc import Iterator

import numpy as np

# Enough problems to amortise a call, few enough to fit in memory.
TOGETHER = 4096


def stacks(vectors: np.ndarray, bounds: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(problems (P,), their vectors (P, n, d)) for each n > 1; rows bounds[i]…bounds[i+1] are problem i's."""
    sizes = np.diff(bounds)
    for n in np.unique(sizes[sizes > 1]):
        members = np.flatnonzero(sizes == n)
        for start in range(0, len(members), TOGETHER):
            part = members[start : start + TOGETHER]
            yield part, vectors[bounds[part][:, None] + np.arange(n)]
