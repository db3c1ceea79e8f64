"""A number of an arm that was trained several times: the mean over its runs, and what it varies with.

The bootstrap is hierarchical and crossed: all runs answer the same items, so a resample draws items once for
all runs, and seeds beside it (Owen 2007, the pigeonhole bootstrap; Davison & Hinkley 1997, section 3.8; runs
as strata, as in Agarwal et al. 2021, would take items for independent between runs). The draws of S seeds
vary by (S − 1)/S too little and never leave the range of S values, which alone misses the truth a quarter of
the time at three. So what seeds add is rescaled (Rao & Wu 1988) and stretched to Student's quantile for
S − 1 degrees of freedom (Hesterberg 2015).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from blake3 import blake3

from .bootstrap import Bootstrap, alike
from .estimate import Estimate, Interval


@dataclass(frozen=True)
class Recorded(Bootstrap):
    """A bootstrap that keeps the draws (resamples,) of its interval and the range that it was told."""

    kept: list[tuple[np.ndarray, Interval | None]] = field(default_factory=list, compare=False)

    def interval(
        self, value: float, draws: np.ndarray, problems: int, within: Interval | None = None
    ) -> Interval | None:
        """As without the record."""
        self.kept.append((draws, within))
        return super().interval(value, draws, problems, within)

    def exact(self, value: float, within: Interval | None = None) -> Estimate:
        """One run's value, which no item adds any width to: what `mean_of_runs` draws is runs alone."""
        self.kept.append((np.full(self.resamples, value), within))
        return Estimate(value, (value, value), 1)


def mean_of_runs(runs: Sequence[Estimate], boot: Recorded) -> Estimate:
    """The mean of the estimates of S runs, in whose turn `boot` kept draws (resamples,) over the same items.

    Its interval is nowhere narrower than the mean of the runs' own, which knows what to do where nearly all
    items agree, and stays in the range of the number. NaN where a run has no value; no interval where a run
    has none, or where neither items nor runs differ.
    """
    values, n = np.array([run.value for run in runs]), min(run.n for run in runs)
    value = float(values.mean())
    own = [run.interval for run in runs if run.interval]
    if math.isnan(value) or len(own) < len(runs) or len(boot.kept) != len(runs):
        return Estimate(value, None, n)
    draws = [kept for kept, _ in boot.kept]
    low, high = np.array(own).mean(axis=0)
    if np.isfinite(values).all():
        run_draws = _weights(boot.seed, boot.resamples, len(runs)) @ values / len(runs)
        stretched = np.mean(draws, axis=0) + _stretch(len(runs), boot.confidence) * run_draws
        stretched = stretched[~np.isnan(stretched)]
        tail = (1 - boot.confidence) / 2
        ends = np.quantile(stretched, [tail, 1 - tail], method="inverted_cdf")
        low, high = min(low, ends[0]), max(high, ends[1])
    within = boot.kept[-1][1]
    if within:
        low, high = max(low, within[0]), min(high, within[1])
    return Estimate(value, None if alike(low, high, within) else (float(low), float(high)), n)


def t_test_of_runs(differences: Sequence[np.ndarray]) -> tuple[float, float]:
    """t and two-sided p of the mean over runs of differences by item, (P,) for each of S ≥ 2 runs.

    The variance is that over items and that over runs added, as if they were apart: the residual is in both,
    so that the test is on the safe side of two-way clustering (Cameron, Gelbach & Miller 2011). Degrees of
    freedom after Satterthwaite (1946). (NaN, NaN) where nothing varies or a run has fewer than two items.
    """
    items, runs = min(len(run) for run in differences), len(differences)
    if items < 2:
        return (math.nan, math.nan)
    means = np.array([run.mean() for run in differences])
    by_item = float(np.mean([run.var(ddof=1) / len(run) for run in differences]))
    by_run = float(means.var(ddof=1)) / runs
    if by_item + by_run <= 1e-24 * float(np.abs(means).max(initial=0.0)) ** 2 or by_item + by_run == 0:
        return (math.nan, math.nan)
    from scipy.special import stdtr

    freedom = (by_item + by_run) ** 2 / (by_item**2 / (items - 1) + by_run**2 / (runs - 1))
    t = float(means.mean() / math.sqrt(by_item + by_run))
    return (t, float(2 * stdtr(freedom, -abs(t))))


def _stretch(runs: int, confidence: float) -> float:
    """What makes the spread of resampled seeds that of Student's interval for their number."""
    from scipy.special import stdtrit

    tail = (1 + confidence) / 2
    student, normal = float(stdtrit(runs - 1, tail)), NormalDist().inv_cdf(tail)
    return student / normal * math.sqrt(runs / (runs - 1))


@lru_cache(maxsize=16)
def _weights(seed: int, resamples: int, runs: int) -> np.ndarray:
    """Multinomial counts (resamples, S) minus their mean of one."""
    name = f"bootstrap of runs/{seed}/{resamples}/{runs}".encode()
    rng = np.random.default_rng(int.from_bytes(blake3(name).digest(8), "big"))
    return rng.multinomial(runs, np.full(runs, 1 / runs), size=resamples) - 1.0
