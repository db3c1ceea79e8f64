"""Prompts, each computed once for all of its samples."""

from collections import Counter

import torch
from transformers import DynamicCache, PreTrainedModel

# Keys and values of a prompt without its last token, layer by layer, each of shape (heads, length, head_dim).
Prefix = list[tuple[torch.Tensor, torch.Tensor]]


class Prefixes:
    """Keys and values of prompts, from when they are first wanted until their last sample has begun."""

    def __init__(self, model: PreTrainedModel, prompts: list[list[int]], owners: list[int]):
        self.model, self.prompts, self.owners = model, prompts, owners
        self.due, self.known = Counter(owners), {}

    def take(self, entries: list[int]) -> list[Prefix]:
        """The prefix of each entry's prompt; those not known yet are computed in one pass."""
        owners = [self.owners[entry] for entry in entries]
        self._compute([owner for owner in dict.fromkeys(owners) if owner not in self.known])
        taken = [self.known[owner] for owner in owners]
        self.due.subtract(owners)
        self.known = {owner: prefix for owner, prefix in self.known.items() if self.due[owner]}
        return taken

    def _compute(self, owners: list[int]) -> None:
        prefixes = [self.prompts[owner][:-1] for owner in owners]
        longest = max(map(len, prefixes), default=0)
        if longest == 0:
            self.known.update((owner, []) for owner in owners)
            return
        # Padding stands on the right, where causal attention never looks at it: no mask is needed.
        ids = torch.zeros(len(prefixes), longest, dtype=torch.long)
        for row, prefix in enumerate(prefixes):
            ids[row, : len(prefix)] = torch.tensor(prefix)
        cache = DynamicCache(config=self.model.config)
        self.model(
            input_ids=ids.to(self.model.device),
            past_key_values=cache,
            use_cache=True,
            output_router_logits=False,
            logits_to_keep=1,
        )
        for row, (owner, prefix) in enumerate(zip(owners, prefixes, strict=True)):
            length = len(prefix)
            self.known[owner] = [
                (layer.keys[row, :, :length], layer.values[row, :, :length]) for layer in cache.layers
            ]
