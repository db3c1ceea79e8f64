"""PEFT's LoRA on fused experts, computed per routed token instead of through W + BA.

Stock PEFT forms W + BA for all experts at every forward, and in bf16 that sum rounds a small BA away.
Here the two products stay apart and are added in fp32; the sum over a token's experts is rounded once.
Parameters, their names and the adapter's files are PEFT's own.
"""

import torch
from peft import LoraConfig
from peft.tuners import lora
from torch import nn

from .low_rank_experts import LowRankExperts, routing
from .sharded import shape

PARAMETERS = ("gate_up_proj", "down_proj")

# A (experts, r, in), B (experts, out, r), both fp32, and the scale of B A.
Factors = tuple[torch.Tensor, torch.Tensor, float]


class ParamWrapper(lora.ParamWrapper):
    """Has the name of its parent, since PEFT knows nested wrappers by that name.

    The outermost of the two nested wrappers computes the experts; anything it has no products for (several
    adapters at once, other layouts, experts of one adapted parameter only) is left to stock PEFT.
    """

    def forward(self, x: torch.Tensor, *args: torch.Tensor, **kwargs: torch.Tensor) -> torch.Tensor:
        """The experts' output, in x's dtype and shape (tokens, hidden)."""
        wrappers = self._chain()
        if not self._applies(wrappers):
            return super().forward(x, *args, **kwargs)
        factors = {name: wrapper.factors() for name, wrapper in wrappers.items()}
        # Autocast would round what must stay in fp32.
        with torch.autocast(x.device.type, enabled=False):
            return lora_experts(self.get_base_layer(), factors, x, *args, **kwargs)

    def factors(self) -> Factors:
        """A and B per expert, out of PEFT's stacked matrices."""
        (adapter,) = self._active()
        down, up = self.lora_A[adapter].weight.float(), self.lora_B[adapter].weight.float()
        down = down.reshape(self.num_experts, -1, down.shape[-1])
        up = up.reshape(up.shape[0], -1, self.num_experts).permute(2, 0, 1).contiguous()
        return down, up, self.scaling[adapter]

    def _active(self) -> list[str]:
        return [name for name in self.active_adapters if name in self.lora_A]

    def _chain(self) -> dict[str, "ParamWrapper"]:
        """This wrapper and those inside it, by parameter."""
        chain, layer = {}, self
        while isinstance(layer, ParamWrapper):
            chain[layer.parameter_name], layer = layer, layer.base_layer
        return chain

    def _applies(self, wrappers: dict[str, "ParamWrapper"]) -> bool:
        experts = self.get_base_layer()
        known = set(wrappers) == set(PARAMETERS) and experts.has_gate and self.num_experts > 1
        plain = not (experts.has_bias or experts.is_transposed or experts._is_expert_parallel)
        live = all(not (wrapper.merged or wrapper.disable_adapters) for wrapper in wrappers.values())
        return known and plain and live and all(len(wrapper._active()) == 1 for wrapper in wrappers.values())


def use_grouped_experts(config: LoraConfig, model: nn.Module) -> LoraConfig:
    """Let PEFT wrap the fused experts of `model` with the wrapper above; nothing of it is saved."""
    classes = {type(module) for module in model.modules() if _fused(module)}
    config._register_custom_module(dict.fromkeys(classes, ParamWrapper))
    return config


def has_fused_experts(model: nn.Module) -> bool:
    """Whether `model` is a mixture whose experts are stacked in two parameters a layer."""
    return any(_fused(module) for module in model.modules())


def lora_experts(
    experts: nn.Module,
    factors: dict[str, Factors],
    x: torch.Tensor,
    top_k_index: torch.Tensor,
    top_k_weights: torch.Tensor,
) -> torch.Tensor:
    """Transformers' grouped experts with low-rank products; x (tokens, hidden), the others (tokens, k)."""
    stacks = [part for name in PARAMETERS for part in (getattr(experts, name), *factors[name])]
    where = routing(top_k_index, experts.num_experts)
    return LowRankExperts.apply(x, top_k_weights, where, experts._apply_gate, *stacks)


def _fused(module: nn.Module) -> bool:
    stacks = [getattr(module, name, None) for name in PARAMETERS]
    return all(isinstance(stack, torch.Tensor) and len(shape(stack)) == 3 for stack in stacks)
