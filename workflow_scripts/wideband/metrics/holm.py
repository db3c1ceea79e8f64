"""Family-wise error over several tests."""

import numpy as np


def holm(p_values: np.ndarray) -> np.ndarray:
    """Holm (1979) step-down adjusted p-values (m,): p̃_(i) = max_{j ≤ i} min(1, (m − j + 1) p_(j)).

    NaN (a test that could not be made) stays NaN and does not count in the family size m.
    """
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    made = np.flatnonzero(~np.isnan(p))
    order = made[np.argsort(p[made], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return adjusted
