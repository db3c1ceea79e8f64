"""vLLM plugin for tests: LoRA on routed experts on a CPU, for which vLLM 0.32 has Triton kernels only.

Each adapter's experts are merged when they are used: slow, and right for a model of a few thousand weights.
"""

import torch
from torch.nn import functional


def register() -> None:
    """Entry point `vllm.general_plugins`: have CPU experts with LoRA computed here."""
    from vllm.model_executor.layers.fused_moe import unquantized_fused_moe_method as method
    from vllm.model_executor.layers.fused_moe.oracle import unquantized as oracle

    stock = oracle.select_unquantized_moe_backend

    def select(moe_config):
        if moe_config.is_lora_enabled:
            return oracle.UnquantizedMoeBackend.CPU, _experts()
        return stock(moe_config)

    oracle.select_unquantized_moe_backend = method.select_unquantized_moe_backend = select


def _experts() -> type:
    from vllm.model_executor.layers.fused_moe.experts.cpu_moe import CPUUnquantizedExperts
    from vllm.model_executor.layers.fused_moe.experts.lora_experts_mixin import LoRAExpertsMixin

    class MergedExperts(LoRAExpertsMixin, CPUUnquantizedExperts):
        """SwiGLU experts whose weights are those of each token's adapter."""

        def process_weights_after_loading(self, layer) -> None:
            """Leave them (out, in); vLLM's own kernel wants them packed."""

        def apply(self, output, hidden_states, w1, w2, topk_weights, topk_ids, *_, **__) -> None:
            """Write the experts' weighted sum, shape (tokens, hidden), to `output`."""
            adapters = self._lora_context
            slots = adapters.punica_wrapper.token_lora_indices[: len(topk_ids)]
            total = torch.zeros_like(output)
            for slot in slots.unique().tolist():
                for expert in topk_ids[slots == slot].unique().tolist():
                    chosen = (topk_ids == expert) & (slots == slot)[:, None]
                    token, rank = chosen.nonzero(as_tuple=True)
                    gate_up, down = w1[expert], w2[expert]
                    if slot >= 0:  # -1 is the base
                        gate_up = gate_up + _delta(adapters, "w13", slot, expert)
                        down = down + _delta(adapters, "w2", slot, expert)
                    gate, up = (hidden_states[token] @ gate_up.T).chunk(2, dim=-1)
                    done = (functional.silu(gate) * up) @ down.T
                    total.index_add_(0, token, done * topk_weights[token, rank, None].to(done.dtype))
            output.copy_(total)

    return MergedExperts


def _delta(adapters, name: str, slot: int, expert: int) -> torch.Tensor:
    """B A of one expert, its slices (gate and up) one above the other, shape (out, in)."""
    halves = (getattr(adapters, f"{name}_lora_{half}_stacked") for half in "ba")
    return torch.cat([b[slot, expert] @ a[slot, expert] for b, a in zip(*halves, strict=True)])
