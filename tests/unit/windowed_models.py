"""Tiny models of random weights with windows shorter than the tests' prompts, and with sinks."""

import torch
from transformers import (
    AutoModelForCausalLM,
    Gemma3Config,
    Gemma3TextConfig,
    GptOssConfig,
    MistralConfig,
    PreTrainedConfig,
    PreTrainedModel,
)

WINDOW = 6
SHAPE = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 256,
    "sliding_window": WINDOW,
}
LAYERS = {"num_hidden_layers": 3, "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}
# Local layers turn faster than global ones.
ROPE = {
    "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
    "full_attention": {"rope_type": "linear", "rope_theta": 1e4, "factor": 8.0},
}
VISION = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
YARN = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0, "original_max_position_embeddings": 64}


def config(name: str, vocabulary: int) -> PreTrainedConfig:
    """The config of one of NAMES."""
    shape = {**SHAPE, "vocab_size": vocabulary}
    gemma = {**shape, **LAYERS, "rope_parameters": ROPE, "query_pre_attn_scalar": 24}
    gemma |= {"bos_token_id": None, "eos_token_id": 0, "pad_token_id": 0}
    if name == "gemma3":
        return Gemma3TextConfig(**gemma)
    if name == "gemma3 that sees":
        vision = {**VISION, "image_size": 16, "patch_size": 8}
        return Gemma3Config(text_config=gemma, vision_config=vision, mm_tokens_per_image=4)
    if name == "gpt-oss":
        experts = {"num_local_experts": 4, "num_experts_per_tok": 2}
        return GptOssConfig(**{**shape, **LAYERS, "rope_parameters": YARN, **experts})
    return MistralConfig(**shape, num_hidden_layers=2)


NAMES = ("gemma3", "gemma3 that sees", "gpt-oss", "mistral")


def windowed(name: str, vocabulary: int) -> PreTrainedModel:
    """Random weights, widened, and sinks that take a large share."""
    torch.manual_seed(4)
    model = AutoModelForCausalLM.from_config(config(name, vocabulary)).eval()
    with torch.no_grad():
        for path, parameter in model.named_parameters():
            if path.endswith(".sinks"):
                parameter.normal_(2.0)
            elif parameter.ndim > 1 and "embed" not in path:
                parameter.mul_(6)
            elif "bias" in path:
                parameter.normal_(std=0.3)
    return model
