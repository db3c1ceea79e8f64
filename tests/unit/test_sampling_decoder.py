"""Decoding straight from the weights: the logits of transformers' own modules, or left to them."""

from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from tiny_policy import LORA
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    MistralConfig,
    PreTrainedConfig,
    PreTrainedModel,
    Qwen3Config,
    Qwen3MoeConfig,
)

from wideband.policy.base import load_model
from wideband.policy.load import sampling_policy, trainable_policy
from wideband.policy.merging import merged_for_sampling
from wideband.sampling.decoder import Decoder, reads
from wideband.sampling.forward import Modules, forward_of
from wideband.sampling.requests import Request, Settings
from wideband.sampling.slots import SlotCache
from wideband.sampling.transformers_engine import TransformersEngine

SHAPE = {
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 64,
}
EXPERTS = {**SHAPE, "num_experts": 6, "num_experts_per_tok": 3, "moe_intermediate_size": 24}
YARN = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 2.0, "original_max_position_embeddings": 32}
READ = {
    "mixture": Qwen3MoeConfig(**EXPERTS, norm_topk_prob=True),
    "mixture whose weights are not normed": Qwen3MoeConfig(**EXPERTS, norm_topk_prob=False),
    "mixture with dense layers between": Qwen3MoeConfig(**EXPERTS, mlp_only_layers=[1]),
    "mixture with a tied head": Qwen3MoeConfig(**EXPERTS, tie_word_embeddings=True),
    "dense": Qwen3Config(**SHAPE),
    "a query per key": Qwen3Config(**{**SHAPE, "num_key_value_heads": 4}),
    "one key for all queries": Qwen3Config(**{**SHAPE, "num_key_value_heads": 1}),
    "llama": LlamaConfig(**SHAPE),
    "llama with a tied head": LlamaConfig(**SHAPE, tie_word_embeddings=True),
    "llama with a biased feed-forward": LlamaConfig(**SHAPE, mlp_bias=True),
}
LEFT = {
    "other rotary positions": Qwen3Config(**SHAPE, rope_parameters=YARN),
    "biased attention": Qwen3Config(**SHAPE, attention_bias=True),
    "another activation": Qwen3Config(**SHAPE, hidden_act="gelu"),
    "biased attention of a llama": LlamaConfig(**SHAPE, attention_bias=True),
    "another model": MistralConfig(**SHAPE, sliding_window=None),
}


def random_model(config: PreTrainedConfig) -> PreTrainedModel:
    """Random weights, widened, norms included: at their usual size the logits hardly depend on anything."""
    torch.manual_seed(20260423)
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(5) if parameter.ndim > 1 else parameter.add_(torch.randn_like(parameter) * 0.3)
    return model


@torch.no_grad()
def walk(model: PreTrainedModel, rows: list[list[int]]) -> list[list[torch.Tensor]]:
    """Logits after every token of each row, fed one at a time; row r begins r steps late."""
    cache = SlotCache(model.config.num_hidden_layers, len(rows), 32)
    decode, logits = Decoder(model, 32), [[] for _ in rows]
    for step in range(len(rows[0])):
        begun = [row for row in range(len(rows)) if step >= row]
        positions = torch.tensor([step - row for row in begun])
        tokens = torch.tensor([rows[row][step - row] for row in begun])
        cache.aim(positions)
        columns = torch.arange(step + 1)
        mask = torch.zeros(len(begun), step + 1).masked_fill_(columns > positions[:, None], -torch.inf)
        for row, found in zip(begun, decode.step(tokens, positions, mask[:, None, None], cache), strict=True):
            logits[row].append(found)
    return logits


@pytest.mark.parametrize("name", READ)
def test_logits_are_those_of_transformers_at_every_step(name: str) -> None:
    model = random_model(READ[name])
    assert reads(model)
    rows = torch.randint(64, (4, 24), generator=torch.Generator().manual_seed(1)).tolist()
    for row, logits in zip(rows, walk(model, rows), strict=True):
        with torch.no_grad():
            whole = model(torch.tensor([row])).logits[0, : len(logits)]
        assert whole.std() > 0.4
        torch.testing.assert_close(torch.stack(logits), whole, atol=2e-5, rtol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("shared", [0, 11])
@pytest.mark.parametrize("name", READ)
def test_prefixes_are_those_of_transformers(name: str, shared: int) -> None:
    model = random_model(READ[name])
    draw = torch.Generator().manual_seed(2)
    beginning, *rest = (
        torch.randint(64, (length,), generator=draw).tolist() for length in (shared, 7, 1, 19, 3)
    )
    prompts = [beginning + tail for tail in rest]
    for ours, theirs in zip(
        Decoder(model, 32).prefixes(prompts), Modules(model).prefixes(prompts), strict=True
    ):
        for (keys, values), expected in zip(ours, theirs, strict=True):
            torch.testing.assert_close((keys, values), expected, atol=2e-5, rtol=1e-5)


@pytest.mark.parametrize("name", LEFT)
def test_other_decoders_are_left_to_transformers(name: str) -> None:
    model = random_model(LEFT[name])
    assert not reads(model)
    assert isinstance(forward_of(model, 32), Modules)


def test_a_bf16_policy_is_left_to_transformers() -> None:
    assert not reads(AutoModelForCausalLM.from_config(READ["mixture"], dtype=torch.bfloat16))


@pytest.fixture
def adapted(tiny_base: Path) -> Any:
    """The tiny policy under an adapter that changes it."""
    policy = trainable_policy(tiny_base, None, LORA, "float32", 5)
    with torch.no_grad():
        for name, parameter in policy.named_parameters():
            if "lora_B" in name:
                parameter.normal_()
    return policy.eval()


def test_an_adapter_is_read_where_it_is_merged_and_left_where_it_is_not(adapted: Any) -> None:
    assert not reads(adapted)
    with merged_for_sampling(adapted) as merged:
        assert reads(merged)
    assert not reads(adapted)


def test_rollouts_are_those_of_transformers_own_forward(
    adapted: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sampled(policy: Any) -> list[tuple[int, ...]]:
        requests = [Request(f"Q: {number}\n", seed) for number in range(3) for seed in range(8)]
        done = TransformersEngine(policy, tokenizer, 7).sample(requests, Settings(1.0, 24, ("e",)))
        return [each.token_ids for each in done]

    with merged_for_sampling(adapted) as merged:
        ours = sampled(merged)
        monkeypatch.setattr("wideband.sampling.forward.reads", lambda _: False)
        theirs = sampled(merged)
    assert ours == theirs
    assert len(set(ours)) > 12
    assert sampled(adapted) == ours


def test_an_adapter_kept_on_disk_is_decoded_from_the_weights(
    adapted: Any, tiny_base: Path, tmp_path: Path
) -> None:
    adapted.save_pretrained(tmp_path)
    assert reads(sampling_policy(tiny_base, tmp_path))
    assert reads(sampling_policy(tiny_base, None))


def test_a_merged_adapter_of_the_router_is_read_as_well(tiny_base: Path, tokenizer: Any) -> None:
    parameters = ["mlp.gate.weight", "mlp.experts.down_proj"]
    config = LoraConfig(r=2, target_modules=["q_proj"], target_parameters=parameters, task_type="CAUSAL_LM")
    policy = get_peft_model(load_model(tiny_base), config).eval()
    prompt = [tokenizer.encode("Q: What is 2 + 3?")]
    with torch.no_grad():
        for name, parameter in policy.named_parameters():
            if "lora_B" in name:
                parameter.normal_(generator=torch.Generator().manual_seed(1))
        expected = Modules(policy).prefixes(prompt)
        with merged_for_sampling(policy) as merged:
            assert reads(merged)
            found = Decoder(merged, 64).prefixes(prompt)
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
