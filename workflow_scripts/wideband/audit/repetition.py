"""L5 where sampling gives the same tokens again (a CPU in fp32): rollouts must equal the stored ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .choice import Chosen

LOGPROB = 1e-3
EXACT = ("token_ids", "completion", "completion_tokens", "prompt_tokens", "finish_reason")


def different(chosen: Chosen, engine: Any, base: Path) -> str | None:
    """The first chosen rollout that the engine does not give again; None when it gives all.

    Rounding depends on a batch's other rows, and once in about a million tokens it decides; so a table with a
    difference is sampled again as the job did it, in the very same batches, before it is a finding.
    """
    found = _first_difference(chosen.rows, _sampled(chosen, chosen.rows, engine, base))
    if found is None:
        return None
    whole = _sampled(chosen, chosen.rollouts, engine, base)
    return _first_difference(chosen.rows, whole.loc[chosen.rows.index])


def _sampled(chosen: Chosen, rows: pd.DataFrame, engine: Any, base: Path) -> pd.DataFrame:
    """These rows again, in their order, by the same engine."""
    from ..policy.base import load_tokenizer
    from ..sampling.requests import Request, Settings

    params, prompt = chosen.job.spec.params, chosen.prompts(load_tokenizer(base))
    requests = [Request(prompt(uid), int(seed)) for uid, seed in zip(rows["uid"], rows["seed"], strict=True)]
    settings = Settings(params["temperature"], params["max_tokens"], chosen.scaffold.stop)
    done = engine.sample(requests, settings)
    return pd.DataFrame(
        {
            "token_ids": [list(completion.token_ids) for completion in done],
            "completion": [completion.text for completion in done],
            "completion_tokens": [completion.tokens for completion in done],
            "prompt_tokens": [completion.prompt_tokens for completion in done],
            "finish_reason": [completion.finish_reason for completion in done],
            "logprob": [completion.logprob for completion in done],
        },
        index=rows.index,
    )


def _first_difference(stored: pd.DataFrame, again: pd.DataFrame) -> str | None:
    for (_, was), (_, now) in zip(stored.iterrows(), again.iterrows(), strict=True):
        for name in EXACT:
            before, after = (_plain(row[name]) for row in (was, now))
            # Rollouts of an earlier version have no token ids.
            if before is not None and before != after:
                difference = f"{name} is {before!r}, sampled again {after!r}"
                return f"{was['uid']} sample {was['sample']}: {difference}"
        if abs(was["logprob"] - now["logprob"]) > LOGPROB * max(1, was["completion_tokens"]):
            difference = f"logprob is {was['logprob']:.4f}, sampled again {now['logprob']:.4f}"
            return f"{was['uid']} sample {was['sample']}: {difference}"
    return None


def _plain(value: Any) -> Any:
    """Token ids as a list, which compares as a whole."""
    return list(map(int, value)) if isinstance(value, list | np.ndarray) else value
