"""Bands of one arm by size and source, and of two arms against each other."""

import numpy as np
import pandas as pd

from ..metrics.bootstrap import Bootstrap, divide
from ..metrics.estimate import Estimate
from ..metrics.per_problem import MetricError
from ..metrics.ranges import RATE
from .classify import BANDS


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
