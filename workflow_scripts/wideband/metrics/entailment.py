"""Distance by entailment, from the table of judged pairs: inside each prompt and across first outputs."""

import numpy as np
import pandas as pd

from ..config.evaluation import Entailment
from . import entailment_names as names
from .contributions import contributions
from .per_problem import identity, long_table
from .samples import SAMPLE, correctness
from .text_names import ACROSS, CORRECT

PAIR = ["uid", "other", "first", "second"]


def entailment_metrics(
    pairs: pd.DataFrame, rollouts: pd.DataFrame, verdicts: pd.DataFrame, cfg: Entailment
) -> pd.DataFrame:
    """Metrics table: 1 − mean over output pairs of ½ ((e − c) + (e − c)ᵇᵃᶜᵏ), e and c the probabilities.

    Near 0 outputs entail each other, at 1 they are neutral, above they contradict. n counts outputs.
    `.correct` keeps pairs of two correct outputs. Across prompts: what each prompt contributes.
    Where pairs were drawn, the error is s √((1 − m/M) / m) over the m of M pairs of outputs of a prompt, and
    over those of all first outputs, each of whose P prompts has √P times it: √Σ errors² / P is the whole.
    """
    uids = np.sort(rollouts["uid"].unique().astype(object))
    alike = (pairs["entails"] - pairs["contradicts"] + pairs["entails_back"] - pairs["contradicts_back"]) / 2
    judged = pairs[[*PAIR, "possible"]].assign(value=1 - alike)
    inside, across = judged[judged["uid"] == judged["other"]], judged[judged["uid"] != judged["other"]]
    right = set(map(tuple, verdicts.loc[correctness(verdicts), SAMPLE].itertuples(index=False)))
    ends = zip(inside["uid"], inside["first"], inside["second"], strict=True)
    both = np.array([(uid, one) in right and (uid, two) in right for uid, one, two in ends], dtype=bool)
    name = names.distance(cfg)
    columns = {name: _inside(inside, uids), f"{name}{CORRECT}": _inside(inside[both], uids)}
    if cfg.across:
        columns[f"{name}{ACROSS}"] = _across(across, uids)
    errors = {names.error(cfg): _error(inside, uids), names.error_across(cfg): _error_across(across, uids)}
    columns |= {named: error for named, error in errors.items() if named}
    return long_table(identity(rollouts), uids, columns)


def _inside(pairs: pd.DataFrame, uids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each pair of outputs counts once, however many sentences of it were judged."""
    means = pairs.groupby(PAIR)["value"].mean().groupby("uid").mean().reindex(uids)
    ends = pd.concat([pairs[["uid", end]].set_axis(SAMPLE, axis=1) for end in ("first", "second")])
    outputs = ends.drop_duplicates().groupby("uid").size().reindex(uids, fill_value=0)
    return means.to_numpy(dtype=float), outputs.to_numpy()


def _across(pairs: pd.DataFrame, uids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each pair of prompts counts once, however many sentences of it were judged."""
    means = pairs.groupby(["uid", "other"])["value"].mean().reset_index()
    one, two = (np.searchsorted(uids, means[end].to_numpy(dtype=object)) for end in ("uid", "other"))
    values, size = means["value"].to_numpy(), len(uids)
    sums = np.bincount(one, values, size) + np.bincount(two, values, size)
    counts = np.bincount(one, minlength=size) + np.bincount(two, minlength=size)
    left = len(values) - counts
    there = (counts > 0) & (left > 0)
    without = np.where(there, values.sum() - sums, np.nan) / np.where(there, left, 1)
    found = contributions(float(values.mean()) if len(values) else np.nan, without)
    return found, np.isfinite(found).astype(np.int64)


def _error(pairs: pd.DataFrame, uids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    means = pairs.groupby(PAIR).agg(value=("value", "mean"), possible=("possible", "first")).reset_index()
    grouped = means.groupby("uid")
    m, spread, most = grouped.size(), grouped["value"].std(ddof=1), grouped["possible"].first()
    errors = (spread * ((1 - m / most) / m) ** 0.5).where(m < most, 0.0)
    return errors.reindex(uids).to_numpy(dtype=float), m.reindex(uids, fill_value=0).to_numpy()


def _error_across(pairs: pd.DataFrame, uids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    means = pairs.groupby(["uid", "other"]).agg(value=("value", "mean"), possible=("possible", "first"))
    there = np.isin(uids, means.reset_index()[["uid", "other"]].to_numpy(dtype=object))
    m, most = len(means), means["possible"].max()
    error = float(means["value"].std(ddof=1)) * ((1 - m / most) / m) ** 0.5 if m < most else 0.0
    return np.where(there, error * there.sum() ** 0.5, np.nan), np.where(there, m, 0)
