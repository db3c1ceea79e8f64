"""A decoding step straight from the weights of a Qwen3 decoder, dense or with experts.

One token per sequence is so little work that in a small model most of the time goes into what transformers'
modules do around the products: masks of any form, wrappers of adapters, tables of angles made anew.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional
from transformers import PreTrainedConfig, PreTrainedModel

from .slots import SlotCache, SlotLayer

MODELS = ("qwen3", "qwen3_moe")


def reads(model: PreTrainedModel) -> bool:
    """Whether Decoder can stand in for `model`: such a decoder in fp32 on a CPU, its adapters merged."""
    config = model.config
    return (
        config.model_type in MODELS
        and config.rope_parameters["rope_type"] == "default"
        and config.hidden_act == "silu"
        and not config.attention_bias
        and model.dtype == torch.float32
        and model.device.type == "cpu"
        and all(getattr(module, "merged", True) for module in model.modules())
    )


@dataclass(frozen=True)
class Where:
    """What all layers of a step share.

    Attributes:
        cos, sin: of each row's position, shape (rows, 1, head_dim); the first half of `sin` is negative.
        mask: added to scores, shape (rows * kv_heads, heads / kv_heads, width).
    """

    cos: torch.Tensor
    sin: torch.Tensor
    mask: torch.Tensor


class Decoder:
    """The decoder of `model` as its weights are now; equal to it up to rounding (1e-5 of a logit).

    Su et al. 2021 (rotary positions), Ainslie et al. 2023 (grouped queries), Qwen3 (normed queries and keys).
    """

    def __init__(self, model: PreTrainedModel, columns: int) -> None:
        """`columns`: positions that the longest sequence will have."""
        # The model beneath an adapter.
        causal = getattr(model, "get_base_model", lambda: model)()
        decoder, self.config = causal.model, causal.config
        self.embedding, self.head = decoder.embed_tokens.weight, _weight(causal.lm_head)
        self.norm = _Norm(decoder.norm)
        cos, sin = decoder.rotary_emb(self.embedding, torch.arange(columns)[None])
        half = sin.shape[-1] // 2
        self.cos, self.sin = cos[0], torch.cat([-sin[0, :, :half], sin[0, :, half:]], dim=-1)
        self.layers = [(_Attention(layer, self.config), _feed_forward(layer)) for layer in decoder.layers]

    def __call__(
        self, tokens: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, cache: SlotCache
    ) -> torch.Tensor:
        """Logits after `tokens`, shape (rows, vocabulary); see sampling/step.py."""
        where = Where(self.cos[positions][:, None], self.sin[positions][:, None], self._spread(mask))
        hidden = functional.embedding(tokens, self.embedding)
        for (attention, feed_forward), layer in zip(self.layers, cache.layers, strict=True):
            hidden = feed_forward(attention(hidden, where, layer))
        return functional.linear(self.norm(hidden), self.head)

    def _spread(self, mask: torch.Tensor) -> torch.Tensor:
        rows, heads, kv_heads = len(mask), self.config.num_attention_heads, self.config.num_key_value_heads
        return mask.expand(rows, kv_heads, heads // kv_heads, -1).flatten(0, 1)


class _Norm:
    """x / rms(x) · w over the last dimension (Zhang and Sennrich 2019)."""

    def __init__(self, norm: nn.Module) -> None:
        self.weight, self.epsilon = norm.weight, norm.variance_epsilon

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return functional.rms_norm(x, x.shape[-1:], self.weight, self.epsilon)


class _Attention:
    def __init__(self, layer: nn.Module, config: PreTrainedConfig) -> None:
        read = layer.self_attn
        self.norm, self.epsilon = _Norm(layer.input_layernorm), config.rms_norm_eps
        self.heads, self.kv_heads, self.width = (
            config.num_attention_heads,
            config.num_key_value_heads,
            read.head_dim,
        )
        self.qkv = torch.cat([_weight(read.q_proj), _weight(read.k_proj), _weight(read.v_proj)])
        # Scaled queries give scaled scores.
        queries = (read.q_norm.weight * read.scaling).expand(self.heads, -1)
        self.qk_norm = torch.cat([queries, read.k_norm.weight.expand(self.kv_heads, -1)])
        self.out = _weight(read.o_proj).T

    def __call__(self, hidden: torch.Tensor, where: Where, cache: SlotLayer) -> torch.Tensor:
        states = functional.linear(self.norm(hidden), self.qkv).view(len(hidden), -1, self.width)
        turned, values = states.split([self.heads + self.kv_heads, self.kv_heads], dim=1)
        turned = functional.rms_norm(turned, (self.width,), eps=self.epsilon).mul_(self.qk_norm)
        turned = torch.addcmul(turned * where.cos, turned.roll(self.width // 2, dims=-1), where.sin)
        queries, keys = turned.split([self.heads, self.kv_heads], dim=1)
        keys, values = cache.update(keys[:, :, None], values[:, :, None])
        # A key-value head with all of its queries is one product.
        queries = queries.reshape(*where.mask.shape[:2], self.width)
        scores = torch.baddbmm(where.mask, queries, keys.flatten(0, 1).transpose(1, 2))
        summed = torch.bmm(scores.softmax(dim=-1), values.flatten(0, 1))
        return torch.addmm(hidden, summed.view(len(hidden), -1), self.out)


class _Mixture:
    """Each row through its `top_k` experts (Shazeer et al. 2017), rows sorted by expert."""

    def __init__(self, layer: nn.Module) -> None:
        gate, experts = layer.mlp.gate, _beneath(layer.mlp.experts)
        self.norm, self.router = _Norm(layer.post_attention_layernorm), gate.weight
        self.top_k, self.normed = gate.top_k, gate.norm_topk_prob
        self.gate_up, self.down = (
            matrices.transpose(1, 2) for matrices in (experts.gate_up_proj, experts.down_proj)
        )

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        x = self.norm(hidden)
        routed = functional.linear(x, self.router)
        top, chosen = routed.topk(self.top_k, sorted=False)
        weights = top.softmax(dim=-1) if self.normed else routed.softmax(dim=-1).gather(1, chosen)
        expert, order = chosen.flatten().sort()
        ends = torch.bincount(expert, minlength=len(self.router)).cumsum(0).int()
        rows = order // self.top_k
        gate, up = functional.grouped_mm(x[rows], self.gate_up, offs=ends).chunk(2, dim=-1)
        out = functional.grouped_mm(functional.silu(gate).mul_(up), self.down, offs=ends)
        return hidden.index_add(0, rows, out.mul_(weights.flatten()[order][:, None]))


class _Dense:
    def __init__(self, layer: nn.Module) -> None:
        self.norm, self.mlp = _Norm(layer.post_attention_layernorm), layer.mlp

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden + self.mlp(self.norm(hidden))


def _feed_forward(layer: nn.Module) -> _Mixture | _Dense:
    return _Mixture(layer) if hasattr(layer.mlp, "experts") else _Dense(layer)


def _beneath(module: nn.Module) -> nn.Module:
    """A module without the wrappers of its adapter."""
    while hasattr(module, "base_layer"):
        module = module.base_layer
    return module


def _weight(module: nn.Module) -> torch.Tensor:
    return _beneath(module).weight
