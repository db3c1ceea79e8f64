"""Family-wise error over several tests."""

import numpy as np


def holm(p_values: np.ndarray) -> np.ndarray:
    """Holm (1979) step-down adjusted p-values (m,): p̃_(i) = max_{j ≤ i} min(1, (m − j + 1) p_(j)).

    NaN (a test that could not be made) stays NaN. It counts in the family size m, as a p of 1 would: what was
    declared to be tested does not depend on how the data turned out.
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")  # NaN last
    factors = np.arange(len(p), 0, -1)
    adjusted = np.empty(p.shape)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return adjusted
