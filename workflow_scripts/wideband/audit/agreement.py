"""L5: whether chosen rollouts are what their checkpoint gives.

Where sampling gives the same tokens again (a CPU in fp32), the stored ones must be the same (`different`).
Where it cannot (bf16, a GPU, vLLM), the checkpoint reads the stored tokens in one forward pass (`unlikely`):
their mean log-probability must be that of the stored rollout, up to what rounding does (`tolerance`), and the
text must be that of the tokens. That is weaker than equality: who forges tokens and log-probabilities
together, by asking the checkpoint, passes.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .choice import Chosen

LOGPROB = 1e-3
EXACT = ("token_ids", "completion", "completion_tokens", "prompt_tokens", "finish_reason")
# Nats a token, by dtype and engine. Logits in bf16 carry 8 bits: 0.012 was the largest error of 240 rollouts
# of a small model. In fp32 it was 3e-6, with either engine (measured on a CPU).
TOLERANCE = {
    ("float32", "transformers"): 1e-4,
    ("float32", "vllm"): 1e-4,
    ("bfloat16", "transformers"): 0.05,
    ("bfloat16", "vllm"): 0.05,
}


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


def tolerance(dtype: str, engine: str, temperature: float) -> float:
    """What rounding may change in a mean log-probability, in nats a token; a low temperature enlarges it."""
    return TOLERANCE[dtype, engine] / (min(temperature, 1.0) or 1.0)


def unlikely(chosen: Chosen, base: Path, adapter: Path | None, dtype: str) -> str | None:
    """The first chosen rollout that is not what its tokens say, or less or more likely; None without one.

    `dtype` is that of the base model's weights.
    """
    from ..policy.base import load_tokenizer
    from ..policy.load import sampling_policy
    from ..sampling.stopping import StopRule

    params = chosen.job.spec.params
    allowed = tolerance(dtype, params["sampling"]["engine"], params["temperature"])
    tokenizer = load_tokenizer(base)
    model, rule = sampling_policy(base, adapter), StopRule(tokenizer, chosen.scaffold.stop)
    prompt = chosen.prompts(tokenizer)
    for row in chosen.rows.to_dict("records"):
        encoded = tokenizer.encode(prompt(row["uid"]))
        wrong = _contradiction(row, rule, len(encoded))
        if not wrong:
            tokens = [int(token) for token in row["token_ids"]]
            mean, stored = (
                logprob(model, encoded, tokens, params["temperature"]) / len(tokens),
                row["logprob"] / len(tokens),
            )
            # Not `>`: what is not a number is not within anything.
            if not abs(mean - stored) <= allowed:
                by = f"{stored:.6g} nats a token, by the checkpoint {mean:.6g}"
                wrong = f"{by}; rounding explains {allowed:.2g}"
        if wrong:
            return f"{row['uid']} sample {row['sample']}: {wrong}"
    return None


def _contradiction(row: dict[str, Any], rule: Any, prompt_tokens: int) -> str | None:
    """What in a rollout does not follow from its token ids."""
    if row["token_ids"] is None or not len(row["token_ids"]):
        return "no token ids, which rollouts of an earlier version lack; sample the slice again"
    tokens = [int(token) for token in row["token_ids"]]
    follows = {
        "completion": rule.text(tokens),
        "completion_tokens": len(tokens),
        "prompt_tokens": prompt_tokens,
        "finish_reason": "stop" if rule.ends(tokens) else "length",
    }
    for name, value in follows.items():
        if row[name] != value:
            return f"{name} is {row[name]!r}, by its token ids {value!r}"
    return None


def logprob(model: Any, prompt: list[int], tokens: list[int], temperature: float) -> float:
    """Sum of the tokens' log-probabilities after the prompt, in nats, under the sampling distribution."""
    import torch

    ids = torch.tensor([[*prompt, *tokens]], device=model.device)
    with torch.no_grad():
        output = model(input_ids=ids, use_cache=False, output_router_logits=False)
    logits = output.logits[0, len(prompt) - 1 : -1].float()
    scaled = torch.log_softmax(logits / temperature if temperature else logits, dim=-1)
    return float(scaled.gather(1, torch.tensor(tokens, device=scaled.device)[:, None]).sum())
