"""The micro base's architecture: a small Qwen3-MoE with fused experts."""

import torch
from transformers import PreTrainedTokenizerFast, Qwen3MoeConfig, Qwen3MoeForCausalLM

from ..config.policy import MicroBase


def build(base: MicroBase, tokenizer: PreTrainedTokenizerFast) -> Qwen3MoeForCausalLM:
    """A freshly initialised model; weights depend on `base.seed` alone."""
    config = Qwen3MoeConfig(
        vocab_size=len(tokenizer),
        hidden_size=base.hidden_size,
        num_hidden_layers=base.layers,
        num_attention_heads=base.heads,
        num_key_value_heads=base.kv_heads,
        head_dim=base.hidden_size // base.heads,
        num_experts=base.experts,
        num_experts_per_tok=base.experts_per_token,
        moe_intermediate_size=base.expert_size,
        intermediate_size=base.expert_size,
        norm_topk_prob=True,
        max_position_embeddings=base.context,
        tie_word_embeddings=True,
        router_aux_loss_coef=0.0,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    config._experts_implementation = "grouped_mm"
    torch.manual_seed(base.seed)
    return Qwen3MoeForCausalLM(config)
