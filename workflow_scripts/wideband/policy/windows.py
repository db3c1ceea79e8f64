"""Attention that is not plainly causal: windows that slide along a sequence, and sinks in the softmax."""

import torch
from torch import nn
from transformers import DynamicCache, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward

FULL, SLIDING = "full_attention", "sliding_attention"
# Head sizes that fused attention takes are multiples of this.
ALIGNED = 8


def layer_kinds(model: PreTrainedModel) -> list[str] | None:
    """FULL or SLIDING, layer by layer; None where one looks back otherwise, such as a recurrent state."""
    config = model.config.get_text_config(decoder=True)
    cache = DynamicCache(config=config)
    named = set(getattr(config, "layer_types", None) or ())
    if (
        any(cache.is_linear)
        or named - {FULL, SLIDING}
        or getattr(config, "use_bidirectional_attention", False)
    ):
        return None
    # A model whose layers are all alike makes its cache as it runs.
    return [SLIDING if sliding else FULL for sliding in cache.is_sliding] or [FULL] * config.num_hidden_layers


def has_sinks(model: nn.Module) -> bool:
    """Whether a softmax of `model` has a share that goes to no token (GPT-OSS; Xiao et al. 2023)."""
    return any(name.endswith(".sinks") for name, _ in model.named_parameters())


def in_window(
    mask: torch.Tensor | None, queries: torch.Tensor, keys: torch.Tensor, window: int
) -> torch.Tensor:
    """`mask` (None: causal) without what stands `window` positions or more before; (1, 1, queries, keys).

    `queries` and `keys` are positions in their sequence, shapes (queries,) and (keys,).
    """
    apart = queries[:, None] - keys
    return (apart < window)[None, None] & ((apart >= 0) if mask is None else mask)


def attend_with_sinks(
    module: nn.Module,
    states: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
    mask: torch.Tensor | None,
    sinks: torch.Tensor,
    scaling: float,
    **kwargs: object,
) -> torch.Tensor:
    """Sdpa whose softmax has one more score for each head, `sinks`, shape (heads,), that no value follows.

    A further key stands for it. Its score comes out of an entry that queries and keys have behind their own:
    the mask stays that of all heads. Shapes as in packed_attention.Attend.
    """
    query, key, value = (nn.functional.pad(state, (0, ALIGNED)) for state in states)
    tokens, seen, size = query.shape[2], key.shape[2], states[2].shape[3]
    key, value = (nn.functional.pad(state, (0, 0, 0, 1)) for state in (key, value))
    query[..., size] = (sinks / scaling)[:, None]
    key[:, :, -1, size] = 1
    if mask is None:
        mask = torch.ones(1, 1, tokens, seen, dtype=torch.bool, device=query.device).tril(seen - tokens)
    mask = nn.functional.pad(mask, (0, 1), value=True if mask.dtype == torch.bool else 0.0)
    attended, _ = sdpa_attention_forward(module, query, key, value, mask, scaling=scaling, **kwargs)
    return attended[..., :size]
