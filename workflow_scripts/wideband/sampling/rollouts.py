"""Rollouts of a slice under one policy: requests out of problems, a table out of completions."""

import pandas as pd
from blake3 import blake3

from .prompts import Render, prompts
from .requests import Engine, Request, Settings
from .seeds import SEEDLESS, derive_seed


def sample_rollouts(
    engine: Engine,
    problems: pd.DataFrame,
    render: Render,
    settings: Settings,
    n: int,
    seed: int,
    labels: dict[str, str],
) -> pd.DataFrame:
    """Sample `n` rollouts for each problem; `labels` holds arm, checkpoint and slice.

    A rollout's seed is derived from (seed, slice, uid, sample): arms and checkpoints share their draws,
    which pairs them, and adding problems or rollouts changes none of the others.
    """
    keys = [(uid, sample) for uid in problems["uid"] for sample in range(n)]
    seeds = [derive_seed(seed, labels["slice"], uid, sample) for uid, sample in keys]
    asked = prompts(problems, render)
    requests = [Request(asked[index // n], seeds[index]) for index in range(len(keys))]
    completions = engine.sample(requests, settings)
    digest = {prompt: blake3(prompt.encode()).hexdigest() for prompt in asked}
    return pd.DataFrame(
        {
            **labels,
            "uid": [uid for uid, _ in keys],
            "sample": [sample for _, sample in keys],
            "prompt_sha": [digest[request.prompt] for request in requests],
            "completion": [completion.text for completion in completions],
            "token_ids": [
                None if completion.token_ids is None else list(completion.token_ids)
                for completion in completions
            ],
            "completion_tokens": [completion.tokens for completion in completions],
            "prompt_tokens": [completion.prompt_tokens for completion in completions],
            "finish_reason": [completion.finish_reason for completion in completions],
            "seed": pd.array([None] * len(seeds) if engine.name in SEEDLESS else seeds, dtype="Int64"),
            "engine": engine.name,
            "logprob": [completion.logprob for completion in completions],
        }
    )
