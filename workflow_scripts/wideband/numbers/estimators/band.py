"""The band of a pool. Tables: band (first, second), and problems where sources are asked for."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ... import band as bands
from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ...metrics.ranges import RATE
from ..registry import estimator

Frames = Sequence[pd.DataFrame]
POSTERIOR = "wideband.band: Beta posterior with Jeffreys prior, a fresh draw of n rollouts"


@estimator("band.size", unit="problems", source="count of classified problems; Efron 1979 over problems")
def size(frames: Frames, band: str, boot: Bootstrap) -> Estimate:
    """Problems in the named band; n counts classified problems."""
    return _times(bands.shares(frames[0], band, boot), len(frames[0]))


@estimator("band.share", unit="fraction", source="share of classified problems; Efron 1979 over problems")
def share(frames: Frames, band: str, boot: Bootstrap) -> Estimate:
    """Problems in the named band / classified problems."""
    return bands.shares(frames[0], band, boot)


@estimator(
    "band.source_size", unit="problems", source="count of classified problems of one source; Efron 1979"
)
def source_size(frames: Frames, band: str, source: str, boot: Bootstrap) -> Estimate:
    """Tables: band, problems of the pool. Problems of the source in the named band; n counts the source's."""
    joined = bands.joined_with_source(frames[0], frames[1])
    chosen = joined[joined["source"] == source]
    return _times(bands.shares(chosen, band, boot), len(chosen))


@estimator("band.expected_size", unit="problems", source=POSTERIOR)
def expected_size(frames: Frames, boot: Bootstrap) -> Estimate:
    """Σ p_in_band: problems expected in the variance band under a re-test."""
    values = frames[0].sort_values("uid")["p_in_band"].to_numpy()
    return _times(boot.mean(values, RATE), len(values))


@estimator("band.stability", unit="fraction", source=POSTERIOR)
def stability(frames: Frames, boot: Bootstrap) -> Estimate:
    """Expected share of problems that keep their band under a re-test."""
    table = frames[0].sort_values("uid")
    same = bands.p_same_class(table["n_samples"].to_numpy(), table["n_correct"].to_numpy())
    return boot.mean(same, RATE)


@estimator(
    "band.ratio", unit="ratio", source="variance band of first / second; shared problems resampled together"
)
def ratio(frames: Frames, band: str, boot: Bootstrap) -> Estimate:
    """Null when the second arm's band is empty."""
    return bands.ratio(frames[0], frames[1], band, boot)


@estimator("band.contingency", unit="problems", source="joint counts of shared problems")
def contingency(frames: Frames, first: str, second: str) -> Estimate:
    """Problems in band `first` under the first arm and `second` under the second."""
    table = bands.contingency(frames[0], frames[1])
    return Estimate(float(table.loc[first, second]), None, int(table.to_numpy().sum()))


@estimator("band.pool_size", unit="problems", source="rows of the pool")
def pool_size(frames: Frames) -> Estimate:
    """Table: problems."""
    return Estimate(float(len(frames[0])), None, len(frames[0]))


def _times(estimate: Estimate, factor: int) -> Estimate:
    interval = estimate.interval
    if interval is not None:
        interval = (interval[0] * factor, interval[1] * factor)
    value = 0.0 if factor == 0 else float(np.round(estimate.value * factor, 9))
    return Estimate(value, interval, estimate.n)
