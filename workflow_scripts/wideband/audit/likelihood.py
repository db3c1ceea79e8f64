"""L5 where sampling cannot give the same tokens again (bf16, GPU, vLLM): how likely they are.

The checkpoint reads the stored tokens in one forward pass; their mean log-probability must be that of the
stored rollout, up to what rounding does (`tolerance`), and the text must be that of the tokens. It is weaker
than equality: who forges tokens and log-probabilities together, by asking the checkpoint, passes.
"""

from pathlib import Path
from typing import Any

from .choice import Chosen

# Nats a token, by dtype and engine. Logits in bf16 carry 8 bits: 0.012 was the largest error of 240 rollouts
# of a small model. In fp32 it was 3e-6, with either engine (measured on a CPU).
TOLERANCE = {
    ("float32", "transformers"): 1e-4,
    ("float32", "vllm"): 1e-4,
    ("bfloat16", "transformers"): 0.05,
    ("bfloat16", "vllm"): 0.05,
}


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
