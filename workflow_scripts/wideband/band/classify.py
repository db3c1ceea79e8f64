"""The band table of a graded pool."""

import numpy as np
import pandas as pd

from ..metrics.per_problem import identity
from ..metrics.samples import counts
from .posterior import p_in_band

ALL_ZERO, VARIANCE_BAND, ALL_ONE = "all_zero", "variance_band", "all_one"
BANDS = (ALL_ZERO, VARIANCE_BAND, ALL_ONE)


def classify(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Band table (sorted by uid) of one arm, checkpoint and pool.

    Raw correctness decides, never shaped reward. An undecided rollout counts as a wrong one.
    p_in_band: posterior probability that n_samples fresh rollouts are again neither all wrong nor all
    right (Jeffreys prior; see `posterior.p_in_band`).
    """
    whose = identity(verdicts)
    tally = counts(verdicts)
    n, n_correct = tally["n"].to_numpy(), tally["n_correct"].to_numpy()
    band = np.select([n_correct == 0, n_correct == n], [ALL_ZERO, ALL_ONE], default=VARIANCE_BAND)
    return pd.DataFrame(
        {
            "arm": whose["arm"],
            "checkpoint": whose["checkpoint"],
            "uid": tally.index.to_numpy(dtype=object),
            "n_samples": n,
            "n_correct": n_correct,
            "band": band.astype(object),
            "p_in_band": p_in_band(n, n_correct),
        }
    )
