"""Pass-rate classification of a pool under one policy, how sure it is, and bands of two arms side by side.

Names of bands: all_zero, variance_band, all_one. Only a variance-band problem gives a group of rollouts with
different rewards, hence a gradient.

Given c correct of n, the pass rate p has posterior Beta(c + α, n − c + α); α = 1/2 is Jeffreys' prior,
α = 1 the uniform one. A fresh draw of m rollouts is all wrong with probability E[(1 − p)^m] and all right
with E[p^m]; both are quotients of Beta functions: E[p^m] = B(a + m, b) / B(a, b), Gelman et al.,
Bayesian Data Analysis, section 2.4.
"""

from functools import lru_cache
from math import exp, lgamma

import numpy as np
import pandas as pd

from .metrics.bootstrap import Bootstrap, divide
from .metrics.estimate import Estimate
from .metrics.per_problem import MetricError, identity
from .metrics.ranges import RATE
from .metrics.samples import counts

JEFFREYS = 0.5
ALL_ZERO, VARIANCE_BAND, ALL_ONE = "all_zero", "variance_band", "all_one"
BANDS = (ALL_ZERO, VARIANCE_BAND, ALL_ONE)


def class_probabilities(
    n: np.ndarray, n_correct: np.ndarray, draws: np.ndarray | None = None, prior: float = JEFFREYS
) -> np.ndarray:
    """Probabilities (P, 3) that `draws` fresh rollouts (default n) are all_zero, variance_band, all_one."""
    draws = n if draws is None else draws
    rows = zip(
        np.asarray(n).tolist(), np.asarray(n_correct).tolist(), np.asarray(draws).tolist(), strict=True
    )
    return np.array([_probabilities(*row, prior) for row in rows], dtype=float).reshape(-1, 3)


def p_in_band(
    n: np.ndarray, n_correct: np.ndarray, draws: np.ndarray | None = None, prior: float = JEFFREYS
) -> np.ndarray:
    """P(fresh draw lands in the variance band) (P,): E[1 − p^m − (1 − p)^m] under the posterior."""
    return class_probabilities(n, n_correct, draws, prior)[:, 1]


def p_same_class(n: np.ndarray, n_correct: np.ndarray, prior: float = JEFFREYS) -> np.ndarray:
    """P(a fresh draw of n rollouts gives the same band again) (P,)."""
    n, n_correct = np.asarray(n), np.asarray(n_correct)
    observed = np.select([n_correct == 0, n_correct == n], [0, 2], default=1)
    return class_probabilities(n, n_correct, None, prior)[np.arange(len(n)), observed]


@lru_cache(maxsize=4096)
def _probabilities(n: int, n_correct: int, draws: int, prior: float) -> tuple[float, float, float]:
    if not 0 <= n_correct <= n or n < 1:
        raise ValueError(f"{n_correct} correct of {n} rollouts cannot be classified")
    a, b = n_correct + prior, n - n_correct + prior
    all_one = exp(_log_beta(a + draws, b) - _log_beta(a, b))
    all_zero = exp(_log_beta(a, b + draws) - _log_beta(a, b))
    return all_zero, max(0.0, 1 - all_zero - all_one), all_one


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def classify(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Band table (sorted by uid) of one arm, checkpoint and pool.

    Raw correctness decides, never shaped reward. An undecided rollout counts as a wrong one.
    p_in_band: posterior probability that n_samples fresh rollouts are again neither all wrong nor all
    right (Jeffreys prior; see `p_in_band`).
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


def shares(band: pd.DataFrame, name: str, boot: Bootstrap) -> Estimate:
    """Share of classified problems in the named band, interval by resampling problems."""
    return boot.mean((band.sort_values("uid")["band"] == name).to_numpy(dtype=float), RATE)


def ratio(first: pd.DataFrame, second: pd.DataFrame, name: str, boot: Bootstrap) -> Estimate:
    """Size of the first arm's band over the second's, on shared problems, resampled together.

    NaN when the second is empty.
    """
    a, b = _shared(first, second)
    numerator, denominator = (a == name).astype(float), (b == name).astype(float)
    if not denominator.sum():
        return Estimate(float("nan"), None, len(a))
    return boot.statistic(lambda w: divide(w @ numerator, w @ denominator), len(a))


def contingency(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Joint counts (3, 3) of shared problems: rows the first arm's band, columns the second's."""
    a, b = _shared(first, second)
    table = [[int(np.sum((a == x) & (b == y))) for y in BANDS] for x in BANDS]
    return pd.DataFrame(table, index=list(BANDS), columns=list(BANDS))


def joined_with_source(band: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """The band table with each problem's `source`. Raises MetricError naming a uid the pool lacks."""
    sources = problems.set_index("uid")["source"]
    foreign = band.loc[~band["uid"].isin(sources.index), "uid"]
    if len(foreign):
        raise MetricError(
            f"band table holds uid '{foreign.iloc[0]}', which is not in the pool; run the rule band again"
        )
    return band.assign(source=band["uid"].map(sources).to_numpy())


def _shared(first: pd.DataFrame, second: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    a, b = first.set_index("uid")["band"], second.set_index("uid")["band"]
    uids = a.index.intersection(b.index).sort_values()
    return a[uids].to_numpy(dtype=object), b[uids].to_numpy(dtype=object)
