"""Graded rollouts: joining rollouts with their verdicts, and counting by problem."""

import numpy as np
import pandas as pd

from .per_problem import MetricError

SAMPLE = ["uid", "sample"]


def counts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Graded rollouts and correct ones by uid: columns n, n_correct, sorted by uid.

    A null verdict (grader time-out) counts in neither; a problem with null verdicts only keeps n = 0.
    """
    correct = pd.array(verdicts["correct"], dtype="boolean")
    graded = ~correct.isna()
    frame = pd.DataFrame(
        {
            "uid": verdicts["uid"].to_numpy(dtype=object),
            "n": graded.astype(np.int64),
            "n_correct": correct.to_numpy(dtype=bool, na_value=False).astype(np.int64),
        }
    )
    return frame.groupby("uid", sort=True)[["n", "n_correct"]].sum()


def graded_samples(rollouts: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Graded rollouts with tokens: uid, sample, tokens, prompt_tokens, truncated, correct, tag_valid.

    Sorted by (uid, sample). Raises MetricError unless both tables hold the same rollouts.
    """
    left = rollouts[[*SAMPLE, "completion_tokens", "prompt_tokens", "finish_reason"]]
    joined = left.merge(verdicts[[*SAMPLE, "correct", "tag_valid"]], on=SAMPLE, how="outer", indicator=True)
    astray = joined[joined["_merge"] != "both"]
    if len(astray) or len(joined) != len(rollouts):
        key = (astray if len(astray) else joined[joined.duplicated(SAMPLE)])[SAMPLE].iloc[0].to_dict()
        raise MetricError(f"rollouts and verdicts do not hold the same samples, first at {key}; grade again")
    joined = joined[~pd.array(joined["correct"], dtype="boolean").isna()].sort_values(SAMPLE)
    return pd.DataFrame(
        {
            "uid": joined["uid"].to_numpy(dtype=object),
            "sample": joined["sample"].to_numpy(dtype=np.int64),
            "tokens": joined["completion_tokens"].to_numpy(dtype=np.int64),
            "prompt_tokens": joined["prompt_tokens"].to_numpy(dtype=np.int64),
            "truncated": (joined["finish_reason"] == "length").to_numpy(dtype=bool),
            "correct": joined["correct"].to_numpy(dtype=bool),
            "tag_valid": joined["tag_valid"].to_numpy(dtype=bool),
        }
    )
