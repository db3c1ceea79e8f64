"""Invented tables of an evaluation, in the form in which jobs store them."""

from typing import Any

import numpy as np
import pandas as pd


def graded_rollouts(
    key: pd.DataFrame, bodies: Any, correct: Any, random: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rollouts and verdicts; `key` has arm, checkpoint, slice, uid and sample, a row each."""
    rollouts = key.assign(
        prompt_sha="0" * 8,
        completion=bodies,
        token_ids=None,
        completion_tokens=random.integers(20, 2000, len(key)),
        prompt_tokens=40,
        finish_reason="stop",
        seed=1,
        engine="none",
        logprob=-1.0,
    )
    verdicts = key.assign(grader="exact", answer="1", correct=correct, valid=True, tag_valid=True, reward=0.0)
    return rollouts, verdicts.assign(status="exact", grader_version="1")
