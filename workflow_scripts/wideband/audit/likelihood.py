"""L5 where sampling cannot give the same tokens again (bf16, GPU, vLLM): how likely they are.

The checkpoint reads the stored completion in one forward pass; the mean log-probability of its tokens must be
that of the stored rollout within TOLERANCE nats a token. In bf16 logits carry 8 bits, an error near 0.01 nats
on a likely token; another checkpoint's or an edited text is off by tenths. It is weaker than equality: who
forges text and log-probabilities together, by asking the checkpoint, passes. A completion whose text does not
lead back to its tokens (there are several ways to cut it) is left out.
"""

from pathlib import Path
from typing import Any

from .choice import Chosen

TOLERANCE = 0.05


def unlikely(chosen: Chosen, base: Path, adapter: Path | None) -> str | None:
    """The first chosen rollout whose tokens are not as likely as it says; None when all are."""
    from ..policy.base import load_tokenizer
    from ..policy.load import sampling_policy

    temperature = chosen.job.spec.params["temperature"]
    model, tokenizer = sampling_policy(base, adapter), load_tokenizer(base)
    prompt = chosen.prompts(tokenizer)
    for row in chosen.rows.to_dict("records"):
        tokens = token_ids(tokenizer, chosen.scaffold.stop, row)
        if not tokens:
            continue
        mean = logprob(model, tokenizer.encode(prompt(row["uid"])), tokens, temperature) / len(tokens)
        if abs(mean - row["logprob"] / len(tokens)) > TOLERANCE:
            said = f"{row['logprob'] / len(tokens):.3f} nats a token, by the checkpoint {mean:.3f}"
            return f"{row['uid']} sample {row['sample']}: {said}"
    return None


def token_ids(tokenizer: Any, stops: tuple[str, ...], row: dict[str, Any]) -> list[int] | None:
    """The sampled tokens, out of the text; None when they are not as many as were sampled."""
    text = tokenizer.encode(row["completion"], add_special_tokens=False)
    ends: list[list[int]] = [[]]
    if row["finish_reason"] == "stop":
        stopped = [tokenizer.encode(stop, add_special_tokens=False) for stop in stops]
        ends = [*stopped, [tokenizer.eos_token_id]]
    for end in ends:
        if len(text) + len(end) == row["completion_tokens"]:
            return [*text, *end]
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
