"""Splits of the olympiad pool: the shared held-out problems and each arm's own training problems."""

import logging

import pandas as pd

from ..config.data import Heldout
from .draw import shuffled
from .errors import DataError, NoBandError
from .identity import same_as_any

log = logging.getLogger(__name__)

IN_BAND = "variance_band"


def heldout(pool: pd.DataFrame, cfg: Heldout) -> pd.DataFrame:
    """`cfg.n_per_source` problems of each source of the pool, drawn by text and seed, blind to any band.

    Returns a problems table with split `test`, sources in sorted order. Raises DataError naming a source with
    too few problems.
    """
    sources = sorted(pool["source"].unique())
    counts = pool["source"].value_counts()
    short = [f"{name} has {counts[name]}" for name in sources if counts[name] < cfg.n_per_source]
    if short:
        raise DataError(
            f"held-out slice {cfg.slice!r} needs {cfg.n_per_source} problems of each source of the pool, but "
            f"{'; '.join(short)}; lower band.heldout.n_per_source or draw a larger pool"
        )
    ordered = shuffled(pool, cfg.seed, cfg.slice)
    drawn = pd.concat([ordered[ordered["source"] == name].head(cfg.n_per_source) for name in sources])
    return drawn.assign(split="test").reset_index(drop=True)


def arm_train(pool: pd.DataFrame, band: pd.DataFrame, heldout: pd.DataFrame, if_empty: str) -> pd.DataFrame:
    """An arm's training problems: those in its variance band, minus held-out by text and uid, in pool order.

    `band` is the band table of one arm at one checkpoint, one row for each problem of `pool`. When no problem
    is left, `if_empty` decides: "stop" raises NoBandError, "pool" takes the whole pool minus held-out and
    logs a warning. Raises DataError when the band table is of another pool or of several policies.
    """
    policy = _policy(pool, band)
    free = pool[~same_as_any(pool, heldout)]
    inside = set(band.loc[band["band"] == IN_BAND, "uid"])
    chosen = free[free["uid"].isin(inside)]
    if chosen.empty:
        chosen = _without_band(free, len(inside), policy, if_empty)
    return chosen.assign(split="train").reset_index(drop=True)


def _policy(pool: pd.DataFrame, band: pd.DataFrame) -> str:
    policies = band[["arm", "checkpoint"]].drop_duplicates()
    if len(policies) != 1:
        raise DataError(
            f"band table holds {len(policies)} policies, expected one arm at one checkpoint; rerun band"
        )
    arm, checkpoint = policies.iloc[0]
    missing, foreign = set(pool["uid"]) - set(band["uid"]), set(band["uid"]) - set(pool["uid"])
    if missing or foreign:
        raise DataError(
            f"band of arm {arm} at {checkpoint} is not of this pool: {len(missing)} problems missing, "
            f"{len(foreign)} foreign, for instance {min(missing | foreign)}; rerun the sampling of the pool"
        )
    return f"arm {arm} at {checkpoint}"


def _without_band(free: pd.DataFrame, in_band: int, policy: str, if_empty: str) -> pd.DataFrame:
    found = f"{policy} has no variance-band problem left to train on ({in_band} in band, all held out)"
    if free.empty:
        raise NoBandError(f"{found}, and the whole pool is held out; lower band.heldout.n_per_source")
    if if_empty == "stop":
        raise NoBandError(
            f"{found}; train longer, enlarge the pool, raise band.n_samples, or set band.if_empty: pool"
        )
    log.warning(
        "%s; training on all %d pool problems that are not held out (band.if_empty: pool)", found, len(free)
    )
    return free
