"""One decoding step: a token of every sequence in, the logits of the next one out."""

from collections.abc import Callable

import torch
from transformers import PreTrainedModel

from .decoder import Decoder, reads
from .slots import SlotCache

# Called with tokens and positions, each of shape (rows,), what to add to attention scores, shape
# (rows, 1, 1, width), and the cache; returns logits of shape (rows, vocabulary).
Step = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, SlotCache], torch.Tensor]


def step_of(model: PreTrainedModel, columns: int) -> Step:
    """How `model` decodes sequences of up to `columns` positions: from its weights where that is known."""
    if reads(model):
        return Decoder(model, columns)

    def through_transformers(
        tokens: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, cache: SlotCache
    ) -> torch.Tensor:
        output = model(
            input_ids=tokens[:, None],
            attention_mask=mask,
            position_ids=positions[:, None],
            past_key_values=cache,
            use_cache=True,
            output_router_logits=False,
            logits_to_keep=1,
        )
        return output.logits[:, -1]

    return through_transformers
