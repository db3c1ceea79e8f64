"""Layers of a Qwen3 or Llama decoder as products of their weights, for lines of (tokens, hidden size)."""

import torch
from torch import nn
from torch.nn import functional
from transformers import PreTrainedConfig

from ..policy.low_rank_experts import routing

# cos and sin of each token's position, shape (tokens, 1, head_dim); the first half of sin is negative.
Angles = tuple[torch.Tensor, torch.Tensor]


class Norm:
    """x / rms(x) · w over the last dimension (Zhang and Sennrich 2019)."""

    def __init__(self, norm: nn.Module) -> None:
        self.weight, self.epsilon = norm.weight, norm.variance_epsilon

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return functional.rms_norm(x, x.shape[-1:], self.weight, self.epsilon)


class Attention:
    """All of a layer's attention but the attending: states before it, the sum after it."""

    def __init__(self, layer: nn.Module, config: PreTrainedConfig) -> None:
        read = layer.self_attn
        self.norm, self.epsilon = Norm(layer.input_layernorm), config.rms_norm_eps
        self.heads, self.kv_heads, self.width = (
            config.num_attention_heads,
            config.num_key_value_heads,
            read.head_dim,
        )
        self.qkv = torch.cat([weight(read.q_proj), weight(read.k_proj), weight(read.v_proj)])
        self.normed = hasattr(read, "q_norm")  # Llama has no norm of queries and keys
        ones = torch.ones(self.width)
        queries, keys = (read.q_norm.weight, read.k_norm.weight) if self.normed else (ones, ones)
        # Scaled queries give scaled scores.
        queries = (queries * read.scaling).expand(self.heads, -1)
        self.qk_norm = torch.cat([queries, keys.expand(self.kv_heads, -1)])
        self.out = weight(read.o_proj).T

    def states(self, hidden: torch.Tensor, angles: Angles) -> tuple[torch.Tensor, ...]:
        """Scaled queries, keys and values, each of shape (tokens, heads or kv_heads, head_dim)."""
        states = functional.linear(self.norm(hidden), self.qkv).view(len(hidden), -1, self.width)
        turned, values = states.split([self.heads + self.kv_heads, self.kv_heads], dim=1)
        if self.normed:
            turned = functional.rms_norm(turned, (self.width,), eps=self.epsilon)
        turned = turned.mul_(self.qk_norm)
        cos, sin = angles
        turned = torch.addcmul(turned * cos, turned.roll(self.width // 2, dims=-1), sin)
        return *turned.split([self.heads, self.kv_heads], dim=1), values

    def add(self, hidden: torch.Tensor, attended: torch.Tensor) -> torch.Tensor:
        """`hidden` plus what was attended to, (tokens, heads, head_dim), through the output matrix."""
        return torch.addmm(hidden, attended.flatten(1), self.out)


class Mixture:
    """Each row through its `top_k` experts (Shazeer et al. 2017), rows sorted by expert."""

    def __init__(self, layer: nn.Module) -> None:
        gate, experts = _beneath(layer.mlp.gate), _beneath(layer.mlp.experts)
        self.norm, self.router = Norm(layer.post_attention_layernorm), gate.weight
        self.top_k, self.normed = gate.top_k, gate.norm_topk_prob
        self.gate_up, self.down = (
            matrices.transpose(1, 2) for matrices in (experts.gate_up_proj, experts.down_proj)
        )

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        x = self.norm(hidden)
        routed = functional.linear(x, self.router)
        top, chosen = routed.topk(self.top_k, sorted=False)
        weights = top.softmax(dim=-1) if self.normed else routed.softmax(dim=-1).gather(1, chosen)
        where = routing(chosen, len(self.router))
        gate, up = functional.grouped_mm(where.spread(x), self.gate_up, offs=where.ends).chunk(2, dim=-1)
        out = functional.grouped_mm(functional.silu(gate).mul_(up), self.down, offs=where.ends)
        return hidden + where.gathered(out.mul_(where.shares(weights)))


class Dense:
    """A feed-forward without experts, through its own module."""

    def __init__(self, layer: nn.Module) -> None:
        self.norm, self.mlp = Norm(layer.post_attention_layernorm), layer.mlp

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden + self.mlp(self.norm(hidden))


def feed_forward(layer: nn.Module) -> Mixture | Dense:
    """What stands after a layer's attention."""
    return Mixture(layer) if hasattr(layer.mlp, "experts") else Dense(layer)


def _beneath(module: nn.Module) -> nn.Module:
    """A module without the wrappers of its adapter."""
    while hasattr(module, "base_layer"):
        module = module.base_layer
    return module


def weight(module: nn.Module) -> torch.Tensor:
    """The matrix of a linear module, whatever wraps it."""
    return _beneath(module).weight
