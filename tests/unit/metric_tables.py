"""Small rollout and verdict tables for the tests of metrics, band and numbers."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

KEY = {"arm": "panel", "checkpoint": "base", "slice": "test"}


def verdicts(outcomes: Mapping[str, Sequence[bool | None]], **key: str) -> pd.DataFrame:
    """Verdicts table from {uid: outcome of each sample}; None is a grader time-out."""
    rows = [
        {**KEY, **key, "uid": uid, "sample": sample, "correct": correct}
        for uid, each in outcomes.items()
        for sample, correct in enumerate(each)
    ]
    frame = pd.DataFrame(rows).assign(grader="exact", answer="1", valid=True, tag_valid=True, reward=0.0)
    frame["correct"] = frame["correct"].astype(object)
    return frame.assign(status="exact", grader_version="1")


def rollouts(table: pd.DataFrame, tokens: Sequence[int], text: str = "2 + 2 = 4") -> pd.DataFrame:
    """Rollouts table with the keys of a verdicts table and the given completion tokens."""
    keys = table[["arm", "checkpoint", "slice", "uid", "sample"]]
    return keys.assign(
        prompt_sha="0",
        completion=text,
        token_ids=None,
        completion_tokens=np.asarray(tokens, dtype=np.int64),
        prompt_tokens=10,
        finish_reason="stop",
        seed=1,
        engine="none",
        logprob=-1.0,
    )


def embeddings(table: pd.DataFrame, vectors: np.ndarray) -> pd.DataFrame:
    """Embeddings table with the keys of another table."""
    keys = table[["arm", "checkpoint", "slice", "uid", "sample"]]
    return keys.assign(vector=list(np.asarray(vectors, dtype=np.float32)))


def of(table: pd.DataFrame, uid: str, metric: str) -> float:
    """One value of a metrics table."""
    rows = table[(table["uid"] == uid) & (table["metric"] == metric)]
    assert len(rows) == 1
    return float(rows["value"].iloc[0])
