"""A decoding step straight from the weights of a Qwen3 decoder, dense or with experts, or of a Llama.

One token per sequence is so little work that in a small model most of the time goes into what transformers'
modules do around the products: masks of any form, wrappers of adapters, tables of angles made anew.
"""

from itertools import chain

import torch
from torch.nn import functional
from transformers import PreTrainedModel

from ..policy.windows import SLIDING, layer_kinds
from ..spaces.trie import shared_beginning
from .layers import Angles, Attention, Norm, feed_forward, weight
from .slots import Prefix, SlotCache

MODELS = ("llama", "qwen3", "qwen3_moe")


def reads(model: PreTrainedModel) -> bool:
    """Whether Decoder can stand in for `model`: such a decoder in fp32 on a CPU, its adapters merged."""
    config = model.config
    return (
        config.model_type in MODELS
        and config.rope_parameters["rope_type"] == "default"
        and config.hidden_act == "silu"
        and not config.attention_bias
        and SLIDING not in (layer_kinds(model) or ())
        and getattr(config, "quantization_config", None) is None
        and all(parameter.dtype == torch.float32 for parameter in model.parameters())
        and model.device.type == "cpu"
        and all(getattr(module, "merged", True) for module in model.modules())
    )


class Decoder:
    """The decoder of `model` as its weights are now; equal to it up to rounding (1e-5 of a logit).

    Su et al. 2021 (rotary positions), Ainslie et al. 2023 (grouped queries), Qwen3 (normed queries and keys).
    """

    def __init__(self, model: PreTrainedModel, columns: int) -> None:
        """`columns`: positions that the longest sequence will have."""
        # The model beneath an adapter.
        causal = getattr(model, "get_base_model", lambda: model)()
        decoder, self.config = causal.model, causal.config
        self.embedding, self.head = decoder.embed_tokens.weight, weight(causal.lm_head)
        self.norm = Norm(decoder.norm)
        cos, sin = decoder.rotary_emb(self.embedding, torch.arange(columns)[None])
        half = sin.shape[-1] // 2
        self.cos, self.sin = cos[0], torch.cat([-sin[0, :, :half], sin[0, :, half:]], dim=-1)
        self.layers = [(Attention(layer, self.config), feed_forward(layer)) for layer in decoder.layers]

    def prefixes(self, prompts: list[list[int]]) -> list[Prefix]:
        """See forward.Forward. One line: what all prompts begin with, then the rest of each."""
        shared = shared_beginning(prompts)
        parts = [prompts[0][:shared], *(prompt[shared:] for prompt in prompts)]
        lengths = [len(part) for part in parts]
        starts = [0, *[shared] * len(prompts)]
        places = [torch.arange(start, start + length) for start, length in zip(starts, lengths, strict=True)]
        masks = [None, *(_past(shared, length) if shared else None for length in lengths[1:])]
        angles = self._angles(torch.cat(places))
        hidden = functional.embedding(torch.tensor(list(chain.from_iterable(parts))), self.embedding)
        layers = []
        for number, (attention, forward) in enumerate(self.layers, start=1):
            queries, keys, values = attention.states(hidden, angles)
            keys, values = _behind(keys, lengths), _behind(values, lengths)
            layers.append((keys, values))
            if number < len(self.layers):  # nothing reads what the last layer would add
                hidden = forward(attention.add(hidden, _causal(queries, keys, values, lengths, masks)))
        return [[(keys[row], values[row]) for keys, values in layers] for row in range(1, len(parts))]

    def step(
        self, tokens: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, cache: SlotCache
    ) -> torch.Tensor:
        """See forward.Forward."""
        angles, mask = self._angles(positions), self._spread(mask)
        hidden = functional.embedding(tokens, self.embedding)
        for (attention, forward), layer in zip(self.layers, cache.layers, strict=True):
            queries, keys, values = attention.states(hidden, angles)
            keys, values = layer.update(keys[:, :, None], values[:, :, None])
            hidden = forward(attention.add(hidden, _last(queries, keys, values, mask)))
        return functional.linear(self.norm(hidden), self.head)

    def _angles(self, positions: torch.Tensor) -> Angles:
        return self.cos[positions][:, None], self.sin[positions][:, None]

    def _spread(self, mask: torch.Tensor) -> torch.Tensor:
        """(rows, 1, 1, width) as (rows * kv_heads, heads / kv_heads, width)."""
        rows, heads, kv_heads = len(mask), self.config.num_attention_heads, self.config.num_key_value_heads
        return mask.expand(rows, kv_heads, heads // kv_heads, -1).flatten(0, 1)


def _past(shared: int, length: int) -> torch.Tensor:
    """What the tokens behind a shared beginning may look at, shape (length, shared + length)."""
    return torch.ones(length, shared + length, dtype=torch.bool).tril(shared)


def _behind(states: torch.Tensor, lengths: list[int]) -> list[torch.Tensor]:
    """Keys or values of each part of a line, heads first, with those of the first part before the others."""
    first, *others = states.transpose(0, 1).split(lengths, 1)
    return [first, *(torch.cat([first, other], dim=1) if lengths[0] else other for other in others)]


def _causal(
    queries: torch.Tensor,
    keys: list[torch.Tensor],
    values: list[torch.Tensor],
    lengths: list[int],
    masks: list[torch.Tensor | None],
) -> torch.Tensor:
    """Attention of each part of a line, (tokens, heads, head_dim), to what stands before it in its prompt.

    A part without a mask begins its prompt.
    """
    attended = [
        functional.scaled_dot_product_attention(
            query[None],
            key[None],
            value[None],
            attn_mask=mask,
            is_causal=mask is None,
            scale=1.0,
            enable_gqa=True,
        )
        for query, key, value, mask in zip(
            queries.transpose(0, 1).split(lengths, 1), keys, values, masks, strict=True
        )
        if query.shape[1]
    ]
    return torch.cat(attended, dim=2)[0].transpose(0, 1)


def _last(
    queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Attention of one token per row, (rows, heads, head_dim), over (rows, kv_heads, width, head_dim)."""
    # A key-value head with all of its queries is one product.
    grouped = queries.reshape(*mask.shape[:2], -1)
    scores = torch.baddbmm(mask, grouped, keys.flatten(0, 1).transpose(1, 2))
    return torch.bmm(scores.softmax(dim=-1), values.flatten(0, 1)).view_as(queries)
