"""A Llama-type decoder out of a GGUF file: weights, config and tokenizer in Hugging Face's layout.

The format is https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; its quantised blocks are read by the
library gguf. Transformers reads such files as well, in four times the processor time, and its tokenizer keeps
numbers in one piece where this one has to split them into digits.
"""

from pathlib import Path
from typing import Any

import torch
from gguf import GGUFReader, ReaderTensor
from gguf.constants import TokenType
from gguf.quants import dequantize
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import GenerationConfig, LlamaConfig, PreTrainedTokenizerFast

# Names of GGUF and of transformers: of the whole model, and of each layer's parts.
WHOLE = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
PARTS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
SPECIAL = ("bos_token", "eos_token", "unk_token", "pad_token")


def convert(path: Path, folder: Path) -> None:
    """Write the model of a GGUF file into `folder`, its weights rounded once, to bf16.

    An fp32 policy and a bf16 one have the same weights then, and only their arithmetic differs.
    """
    reader = GGUFReader(path)
    config = _config(reader)
    weights = {_name(tensor.name): _weight(tensor, config) for tensor in reader.tensors}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config.save_pretrained(folder)
    ids = {name: getattr(config, name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    GenerationConfig(**ids).save_pretrained(folder)
    _tokenizer(reader).save_pretrained(folder)


def _field(reader: GGUFReader, key: str) -> Any:
    return reader.fields[key].contents()


def _config(reader: GGUFReader) -> LlamaConfig:
    def said(key: str) -> Any:
        return _field(reader, f"llama.{key}")

    tied = not any(tensor.name == "output.weight" for tensor in reader.tensors)
    return LlamaConfig(
        architectures=["LlamaForCausalLM"],
        dtype="bfloat16",
        vocab_size=len(_field(reader, "tokenizer.ggml.tokens")),
        hidden_size=said("embedding_length"),
        intermediate_size=said("feed_forward_length"),
        num_hidden_layers=said("block_count"),
        num_attention_heads=said("attention.head_count"),
        num_key_value_heads=said("attention.head_count_kv"),
        head_dim=said("rope.dimension_count"),
        max_position_embeddings=said("context_length"),
        rms_norm_eps=said("attention.layer_norm_rms_epsilon"),
        rope_parameters={"rope_type": "default", "rope_theta": said("rope.freq_base")},
        tie_word_embeddings=tied,
        bos_token_id=_field(reader, "tokenizer.ggml.bos_token_id"),
        eos_token_id=_field(reader, "tokenizer.ggml.eos_token_id"),
        pad_token_id=_field(reader, "tokenizer.ggml.padding_token_id"),
    )


def _name(name: str) -> str:
    """`blk.3.attn_q.weight` as `model.layers.3.self_attn.q_proj.weight`."""
    stem = name.removesuffix(".weight")
    if stem in WHOLE:
        return f"{WHOLE[stem]}.weight"
    _, layer, part = stem.split(".")
    return f"model.layers.{layer}.{PARTS[part]}.weight"


def _weight(tensor: ReaderTensor, config: LlamaConfig) -> torch.Tensor:
    matrix = torch.tensor(dequantize(tensor.data, tensor.tensor_type))
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    part = tensor.name.split(".")[-2]
    if part in heads:
        # GGUF puts the two coordinates that a rotary position turns together side by side.
        pairs = matrix.view(heads[part], config.head_dim // 2, 2, -1)
        matrix = pairs.transpose(1, 2).reshape(matrix.shape)
    return matrix.to(torch.bfloat16).contiguous()


def _tokenizer(reader: GGUFReader) -> PreTrainedTokenizerFast:
    tokens = _field(reader, "tokenizer.ggml.tokens")
    kinds = _field(reader, "tokenizer.ggml.token_type")
    merges = [tuple(merge.split(" ")) for merge in _field(reader, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    marks = [token for token, kind in zip(tokens, kinds, strict=True) if kind == TokenType.CONTROL]
    tokenizer.add_special_tokens([AddedToken(mark, normalized=False, special=True) for mark in marks])
    ids = ("bos", "eos", "unknown", "padding")
    named = [tokens[_field(reader, f"tokenizer.ggml.{name}_token_id")] for name in ids]
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **dict(zip(SPECIAL, named, strict=True)),
        chat_template=_field(reader, "tokenizer.chat_template"),
        model_max_length=_field(reader, "llama.context_length"),
        clean_up_tokenization_spaces=False,
        padding_side="left",
    )
