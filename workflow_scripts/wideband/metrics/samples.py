"""Rollouts joined with their verdicts, and counted by problem.

Those that the grader reached no verdict on are wrong wherever they are counted, and counted themselves.
"""

import numpy as np
import pandas as pd

from ..tables.status import UNDECIDED
from .per_problem import MetricError

SAMPLE = ["uid", "sample"]


def correctness(verdicts: pd.DataFrame) -> np.ndarray:
    """Whether each rollout (N,) is known to be correct; an undecided one is not, nor is a null."""
    return pd.array(verdicts["correct"], dtype="boolean").to_numpy(dtype=bool, na_value=False)


def undecided(verdicts: pd.DataFrame) -> np.ndarray:
    """Whether each rollout (N,) was left undecided."""
    return (verdicts["status"] == UNDECIDED).to_numpy(dtype=bool) | verdicts["correct"].isna().to_numpy()


def counts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """All rollouts and the correct ones by uid: columns n, n_correct, sorted by uid."""
    frame = pd.DataFrame(
        {
            "uid": verdicts["uid"].to_numpy(dtype=object),
            "n": np.int64(1),
            "n_correct": correctness(verdicts).astype(np.int64),
        }
    )
    return frame.groupby("uid", sort=True)[["n", "n_correct"]].sum()


def graded_samples(rollouts: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Rollouts with tokens and verdict: uid, sample, tokens, prompt_tokens, truncated, correct, tag_valid.

    `prompt_tokens` and `tag_valid` are NaN where imported results do not record them. Sorted by (uid,
    sample). Raises MetricError unless both tables hold the same rollouts.
    """
    left, right = rollouts.sort_values(SAMPLE), verdicts.sort_values(SAMPLE)
    _same_samples(left[SAMPLE], right[SAMPLE])
    return pd.DataFrame(
        {
            "uid": left["uid"].to_numpy(dtype=object),
            "sample": left["sample"].to_numpy(dtype=np.int64),
            "tokens": left["completion_tokens"].to_numpy(dtype=np.int64),
            "prompt_tokens": _known(left["prompt_tokens"]),
            "truncated": (left["finish_reason"] == "length").to_numpy(dtype=bool),
            "correct": correctness(right),
            "tag_valid": _known(right["tag_valid"]),
        }
    )


def _known(column: pd.Series) -> np.ndarray:
    """Numbers, NaN where imported results do not record them."""
    return pd.array(column, dtype="Float64").to_numpy(dtype=float, na_value=np.nan)


def _same_samples(left: pd.DataFrame, right: pd.DataFrame) -> None:
    same = len(left) == len(right) and all(
        np.array_equal(left[name].to_numpy(), right[name].to_numpy()) for name in SAMPLE
    )
    doubled = left[left.duplicated(SAMPLE)]
    if same and doubled.empty:
        return
    joined = left.merge(right, on=SAMPLE, how="outer", indicator=True)
    astray = doubled if len(doubled) else joined[joined["_merge"] != "both"]
    key = (astray if len(astray) else right[right.duplicated(SAMPLE)])[SAMPLE].iloc[0].to_dict()
    raise MetricError(f"rollouts and verdicts do not hold the same samples, first at {key}; grade again")
