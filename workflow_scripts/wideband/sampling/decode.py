"""The decoding loop: what sequences share is computed once, finished ones make room for waiting ones."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps

import torch
from transformers import PreTrainedModel

from ..policy.sharded import is_sharded
from .batch import Batch
from .forward import Forward, forward_of
from .requests import Settings
from .slots import Prefix
from .stopping import StopRule

# Admitting costs a forward pass over the new prompts: wait until it fills this share of the slots.
ADMIT_SHARE = 0.125


@dataclass(frozen=True)
class Decoded:
    """Token ids of one completion, the sum of their log-probabilities, and whether a stop ended it."""

    token_ids: list[int]
    logprob: float
    stopped: bool


def _without_gradient(loop: Callable[..., Iterator]) -> Callable[..., Iterator]:
    """Run a loop over a model in inference mode, or short of it where the model is sharded.

    What is gathered in inference mode cannot be trained with afterwards.
    """

    @wraps(loop)
    def run(model: PreTrainedModel, *arguments: object) -> Iterator:
        mode = torch.no_grad() if is_sharded(model) else torch.inference_mode()
        return mode(loop)(model, *arguments)

    return run


@_without_gradient
def decode(
    model: PreTrainedModel,
    prompts: list[list[int]],
    owners: list[int],
    seeds: list[int],
    settings: Settings,
    stop: StopRule,
    slots: int,
) -> Iterator[tuple[int, Decoded]]:
    """Sample one completion per entry of `owners` (the index of its prompt) and `seeds`.

    Yields (entry, completion) as they finish. At most `slots` are decoded together; entries of one prompt
    should stand together. A completion depends on its prompt and its seed; its neighbours can change it
    only through the rounding of the logits (about 1e-6 in fp32).
    """
    waiting = list(range(len(owners)))[::-1]
    columns = max(map(len, prompts), default=0) + settings.max_tokens
    batch = Batch(model, min(slots, len(owners)), settings.max_tokens, columns)
    forward = forward_of(model, columns)
    prefixes = Prefixes(forward, prompts, owners)
    while waiting or batch.size:
        if waiting and batch.free >= (batch.slots * ADMIT_SHARE if batch.size else 1):
            new = [waiting.pop() for _ in range(min(batch.free, len(waiting)))]
            for owner, prefix in prefixes.take(new).items():
                entries = [entry for entry in new if owners[entry] == owner]
                batch.admit(entries, [seeds[entry] for entry in entries], prompts[owner], prefix)
        logits = batch.logits(forward)
        tokens, logprobs = _pick(logits, batch.draws().to(logits.device), settings.temperature)
        born = batch.record(tokens.cpu().numpy(), logprobs.double().cpu().numpy())
        finished = _finished(batch, stop)
        batch.copy_states([branch for branch in born if branch.row not in finished])
        for row, stopped in finished.items():
            entries, ids, logprob = batch.pop(row)
            yield from ((entry, Decoded(ids, logprob, stopped)) for entry in entries)


def _pick(logits: torch.Tensor, draws: torch.Tensor, temperature: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens by inversion of the cumulative distribution, and their log-probabilities; shapes of `draws`."""
    chances = torch.softmax(logits / temperature if temperature else logits, dim=-1)
    if temperature:
        cumulative = chances.cumsum(dim=-1)
        target = draws * cumulative[:, -1:]
        tokens = torch.searchsorted(cumulative, target, right=True).clamp(max=logits.shape[-1] - 1)
    else:
        tokens = logits.argmax(dim=-1, keepdim=True).expand_as(draws)
    return tokens, chances.gather(1, tokens).log()


def _finished(batch: Batch, stop: StopRule) -> dict[int, bool]:
    """Whether a stop ended it, by row that ended, the last row first."""
    ended = []
    for row, token in enumerate(batch.last[: batch.size].tolist()):
        stopped = stop.may_end(token) and stop.ends(batch.tail(row, stop.reach))
        if stopped or batch.full(row):
            ended.append((row, stopped))
    return dict(reversed(ended))


class Prefixes:
    """Keys and values of prompts, from when they are first wanted until their last sample has begun."""

    def __init__(self, forward: Forward, prompts: list[list[int]], owners: list[int]):
        self.forward, self.prompts, self.owners = forward, prompts, owners
        self.due, self.known = Counter(owners), {}

    def take(self, entries: list[int]) -> dict[int, Prefix]:
        """The prefix of each prompt of these entries; those not known yet are computed in one pass."""
        owners = [self.owners[entry] for entry in entries]
        self._compute([owner for owner in dict.fromkeys(owners) if owner not in self.known])
        taken = {owner: self.known[owner] for owner in owners}
        self.due.subtract(owners)
        self.known = {owner: prefix for owner, prefix in self.known.items() if self.due[owner]}
        return taken

    def _compute(self, owners: list[int]) -> None:
        prefixes = {owner: self.prompts[owner][:-1] for owner in owners}
        self.known |= {owner: [] for owner, prefix in prefixes.items() if not prefix}
        longer = {owner: prefix for owner, prefix in prefixes.items() if prefix}
        if longer:
            self.known |= zip(longer, self.forward.prefixes(list(longer.values())), strict=True)
