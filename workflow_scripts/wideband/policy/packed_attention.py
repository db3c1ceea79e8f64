"""Attention over packed sequences: their tokens stand in one line, without padding, a shared prefix once.

Everything else in a decoder works token by token, so only attention has to know which tokens make a sequence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from .windows import attend_with_sinks, has_sinks, in_window, layer_kinds

# Not named after sdpa: a model with sinks takes no attention that is.
NAME = "packed"

States = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
# Queries, keys, values and a mask (None: causal) of whole sequences to what is attended to,
# (sequences, width, heads, head_dim).
Attend = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor | None], torch.Tensor]


class Line(Protocol):
    """Who looks at whom in a line of tokens; `layers` counts the attention layers that have asked."""

    layers: int

    def attended(self, states: States, attend: Attend, window: int | None) -> torch.Tensor:
        """What each token attends to, (1, tokens, heads, head_dim).

        `states` are queries, keys and values of the line, (1, heads or kv_heads, tokens, head_dim). With a
        `window` a token looks at itself and at so many positions before it, less one.
        """


@dataclass
class Sequences:
    """The sequences of a line of tokens, in buckets of similar length.

    Attributes:
        buckets: each sequence's tokens by their place in the line, padded on the right; a tensor per bucket,
            shape (sequences, width).
        home: for every token of the line a place where it stands in the buckets, flattened one after the
            other, shape (tokens,).
        layers: attention layers that have asked so far.
    """

    buckets: list[torch.Tensor]
    home: torch.Tensor
    layers: int = 0

    def attended(self, states: States, attend: Attend, window: int | None) -> torch.Tensor:
        """See Line."""
        outputs = []
        for bucket in self.buckets:
            # Padding stands on the right, where causal attention never looks at it.
            where, mask = torch.arange(bucket.shape[1], device=bucket.device), None
            if window and len(where) > window:
                mask = in_window(None, where, where, window)
            spread = attend(*(_spread(state, bucket) for state in states), mask)
            outputs.append(spread.flatten(0, 1))
        return torch.cat(outputs).index_select(0, self.home)[None]


def _spread(states: torch.Tensor, bucket: torch.Tensor) -> torch.Tensor:
    """(1, heads, tokens, head_dim) as (sequences, heads, width, head_dim)."""
    line = states[0].transpose(0, 1).index_select(0, bucket.flatten())
    return line.view(*bucket.shape, *line.shape[1:]).transpose(1, 2)


def take_packed(model: PreTrainedModel) -> bool:
    """Let `model` take `sequences=`; False, and nothing changed, where its attention is not sdpa's.

    Sdpa of transformers has no sinks: a model with them is loaded with another attention. Here it has.
    """
    known = ("sdpa", "eager", NAME) if has_sinks(model) else ("sdpa", NAME)
    if model.config._attn_implementation not in known or layer_kinds(model) is None:
        return False
    model.set_attn_implementation(NAME)
    return True


def _attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    sequences: Line | None = None,
    s_aux: torch.Tensor | None = None,
    sliding_window: int | None = None,
    **kwargs: object,
) -> tuple[torch.Tensor, None]:
    """Transformers' sdpa, of each sequence of the line where there are `sequences`; sinks are `s_aux`."""

    def attend(
        query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
    ) -> torch.Tensor:
        if s_aux is not None:
            return attend_with_sinks(module, (query, key, value), mask, s_aux, **kwargs)
        return sdpa_attention_forward(module, query, key, value, mask, **kwargs)[0]

    if sequences is None:
        return attend(query, key, value, attention_mask), None
    sequences.layers += 1
    return sequences.attended((query, key, value), attend, sliding_window), None


AttentionInterface.register(NAME, _attention)
AttentionMaskInterface.register(NAME, sdpa_mask)
