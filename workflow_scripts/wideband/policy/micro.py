"""The micro base: a small Qwen3-MoE with fused experts, and byte-level BPE with a token per digit and tag."""

from collections.abc import Iterable

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3MoeConfig, Qwen3MoeForCausalLM

from ..config.policy import MicroBase
from ..scaffolds import SPECIAL_TAGS

END_OF_TEXT = "<|endoftext|>"


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


def train_tokenizer(texts: Iterable[str], vocabulary: int, context: int) -> PreTrainedTokenizerFast:
    """Train a byte-level BPE of `vocabulary` tokens on `texts`; any text can be encoded and decoded."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(SPECIAL_TAGS),
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    # Tags are ordinary (not special) tokens, so that decoding a completion keeps them.
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in SPECIAL_TAGS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END_OF_TEXT,
        pad_token=END_OF_TEXT,
        model_max_length=context,
        clean_up_tokenization_spaces=False,
        padding_side="left",
    )
