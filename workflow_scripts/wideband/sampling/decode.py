"""The decoding loop: each prompt's prefix is computed once, finished rows leave the batch."""

from dataclasses import dataclass, field

import numpy as np
import torch
from transformers import DynamicCache, PreTrainedModel

from .requests import Settings
from .stopping import StopRule

COMPACT_SHARE = 0.1


@dataclass
class Decoded:
    """Token ids of one completion, the sum of their log-probabilities, and whether a stop ended it."""

    token_ids: list[int] = field(default_factory=list)
    logprob: float = 0.0
    stopped: bool = False


def uniforms(seeds: list[int], length: int) -> torch.Tensor:
    """One uniform draw per row and step, shape (rows, length), from each row's own seed."""
    rows = [
        np.random.Generator(np.random.Philox(key=seed)).random(length, dtype=np.float32) for seed in seeds
    ]
    return torch.from_numpy(np.stack(rows))


@torch.no_grad()
def decode(
    model: PreTrainedModel,
    prompts: list[list[int]],
    owners: list[int],
    seeds: list[int],
    settings: Settings,
    stop: StopRule,
) -> list[Decoded]:
    """Sample one completion per entry of `owners` (the index of its prompt) and `seeds`.

    A completion depends on its prompt and its seed; its neighbours in the batch can change it only
    through the rounding of the logits (about 1e-6 in fp32).
    """
    device = model.device
    results = [Decoded() for _ in owners]
    draws = uniforms(seeds, settings.max_tokens).to(device)
    alive = torch.arange(len(owners), device=device)
    logits, cache, mask = _prefill(model, prompts, torch.tensor(owners, device=device), stop)
    for step in range(settings.max_tokens):
        tokens, logprobs = _pick(logits, draws[alive, step], settings.temperature)
        _record(results, alive.tolist(), tokens.tolist(), logprobs.tolist(), stop)
        running = torch.tensor([not results[row].stopped for row in alive.tolist()], device=device)
        if not running.any() or step + 1 == settings.max_tokens:
            break
        if (~running).float().mean() >= COMPACT_SHARE:
            kept = running.nonzero()[:, 0]
            cache.batch_select_indices(kept)
            alive, tokens, mask = alive[kept], tokens[kept], mask[kept]
        mask = torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1)
        logits = _forward(model, tokens[:, None], mask, cache)
    return results


def _prefill(
    model: PreTrainedModel, prompts: list[list[int]], owners: torch.Tensor, stop: StopRule
) -> tuple[torch.Tensor, DynamicCache, torch.Tensor]:
    longest = max(map(len, prompts))
    ids = torch.full((len(prompts), longest), stop.tokenizer.eos_token_id, device=owners.device)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, longest - len(prompt) :] = torch.tensor(prompt)
        mask[row, longest - len(prompt) :] = 1
    cache = DynamicCache(config=model.config)
    logits = _forward(model, ids, mask, cache)
    cache.batch_select_indices(owners)
    return logits[owners], cache, mask[owners]


def _forward(
    model: PreTrainedModel, ids: torch.Tensor, mask: torch.Tensor, cache: DynamicCache
) -> torch.Tensor:
    positions = (mask.cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]
    output = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        past_key_values=cache,
        use_cache=True,
        output_router_logits=False,
        logits_to_keep=1,
    )
    return output.logits[:, -1].float()


def _pick(logits: torch.Tensor, draws: torch.Tensor, temperature: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens by inversion of the cumulative distribution, and their log-probabilities."""
    logprobs = torch.log_softmax(logits / temperature if temperature else logits, dim=-1)
    if temperature:
        cumulative = logprobs.exp().cumsum(dim=-1)
        target = (draws * cumulative[:, -1])[:, None]
        tokens = torch.searchsorted(cumulative, target, right=True)[:, 0].clamp(max=logits.shape[-1] - 1)
    else:
        tokens = logits.argmax(dim=-1)
    return tokens, logprobs.gather(1, tokens[:, None])[:, 0]


def _record(
    results: list[Decoded], rows: list[int], tokens: list[int], logprobs: list[float], stop: StopRule
) -> None:
    for row, token, logprob in zip(rows, tokens, logprobs, strict=True):
        result = results[row]
        if not result.stopped:
            result.token_ids.append(token)
            result.logprob += logprob
            result.stopped = stop.ends(result.token_ids)
