"""What decoding asks of a model: the prefix of each prompt once, then a token of every sequence at a time."""

from typing import Protocol

import torch
from transformers import DynamicCache, PreTrainedModel

from ..policy.windows import FULL, SLIDING, layer_kinds
from .decoder import Decoder, reads
from .slots import Prefix, SlotCache


class Forward(Protocol):
    """A model as decoding sees it."""

    def prefixes(self, prompts: list[list[int]]) -> list[Prefix]:
        """Keys and values of prompts of one token or more, computed in one pass."""

    def step(
        self, tokens: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, cache: SlotCache
    ) -> torch.Tensor:
        """Logits after one more token of each sequence, shape (rows, vocabulary).

        Args:
            tokens: shape (rows,).
            positions: where they stand in their sequences, shape (rows,).
            mask: added to attention scores, shape (rows, 1, 1, width).
            cache: aimed at `positions`.
        """


def forward_of(model: PreTrainedModel, columns: int) -> Forward:
    """`model` for sequences of up to `columns` positions: from its weights where their meaning is known."""
    return Decoder(model, columns) if reads(model) else Modules(model)


class Modules:
    """A model through transformers' own modules."""

    def __init__(self, model: PreTrainedModel) -> None:
        self.model, self.kinds = model, set(layer_kinds(model))
        self.window = getattr(model.config.get_text_config(), "sliding_window", None)

    def prefixes(self, prompts: list[list[int]]) -> list[Prefix]:
        """See Forward."""
        # Padding stands on the right, where causal attention never looks at it: no mask is needed.
        ids = torch.zeros(len(prompts), max(map(len, prompts)), dtype=torch.long)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt)] = torch.tensor(prompt)
        # A cache that knew of windows would keep what the longest prompt of the batch still sees.
        cache = DynamicCache()
        self._run(ids, cache)
        return [
            [
                (layer.keys[row, :, : len(prompt)], layer.values[row, :, : len(prompt)])
                for layer in cache.layers
            ]
            for row, prompt in enumerate(prompts)
        ]

    def step(
        self, tokens: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, cache: SlotCache
    ) -> torch.Tensor:
        """See Forward."""
        seen = mask
        if SLIDING in self.kinds:
            before = torch.arange(mask.shape[-1], device=mask.device) <= positions[:, None] - self.window
            near = mask.masked_fill(before[:, None, None], -torch.inf)
            # Models with layers of both kinds take a mask for each.
            seen = {FULL: mask, SLIDING: near} if FULL in self.kinds else near
        return self._run(tokens[:, None], cache, attention_mask=seen, position_ids=positions[:, None])

    def _run(self, ids: torch.Tensor, cache: DynamicCache | SlotCache, **where: torch.Tensor) -> torch.Tensor:
        output = self.model(
            input_ids=ids.to(self.model.device),
            past_key_values=cache,
            use_cache=True,
            output_router_logits=False,
            logits_to_keep=1,
            **where,
        )
        return output.logits[:, -1]
