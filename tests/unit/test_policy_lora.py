"""LoRA over attention and every expert: what moves, what never does, and adapters that others can read."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from tiny_policy import BASE, LORA, tiny_training
from transformers import AutoModelForCausalLM, Phi3Config, Qwen3Config

from wideband.errors import WidebandError
from wideband.policy.base import load_model
from wideband.policy.load import adapted_tensors, sampling_policy, trainable_policy
from wideband.policy.lora import attach
from wideband.policy.merging import merged_for_sampling
from wideband.training.publish import save_adapter

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")


@pytest.fixture(scope="module")
def trained(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[PeftModel, Path]:
    """The tiny policy after two steps, and its published adapter."""
    folder = tmp_path_factory.mktemp("trained")
    trainer = tiny_training(tiny_base, folder / "state", steps=2)
    save_adapter(trainer, folder / "adapter")
    return trainer.model, folder / "adapter"


@torch.no_grad()
def logits(model: Any, tokenizer: Any) -> torch.Tensor:
    ids = torch.tensor([tokenizer.encode("Q: What is 2 + 3?\nIt is 5.")])
    return model(ids).logits


def test_a_fresh_adapter_leaves_the_policy_as_it_is(tiny_base: Path, model: Any, tokenizer: Any) -> None:
    fresh = trainable_policy(tiny_base, None, LORA, "float32", 1)
    torch.testing.assert_close(logits(fresh.eval(), tokenizer), logits(model, tokenizer), rtol=0, atol=1e-6)


def test_training_leaves_router_and_base_weights_as_they_are(trained: Any, model: Any) -> None:
    before, after = dict(model.named_parameters()), _base_weights(trained[0])
    assert before.keys() == after.keys()
    assert [name for name in before if not torch.equal(before[name], after[name])] == []


def _base_weights(policy: PeftModel) -> dict[str, torch.Tensor]:
    """Parameters that are no adapter's, under the base model's own names."""
    named = ((name, value) for name, value in policy.named_parameters() if ".lora_" not in name)
    return {name.removeprefix("base_model.model.").replace("base_layer.", ""): value for name, value in named}


def test_the_router_has_no_adapter(trained: Any) -> None:
    assert not [name for name in adapted_tensors(trained[0]) if "mlp.gate." in name]
    assert "gate" not in json.loads((trained[1] / "adapter_config.json").read_text())["target_modules"]


def test_every_adapter_tensor_moved(trained: Any, tiny_base: Path) -> None:
    fresh = dict(trainable_policy(tiny_base, None, LORA, "float32", 5).named_parameters())
    moved = {name: value for name, value in trained[0].named_parameters() if value.requires_grad}
    # Two tensors, A and B, for each attention matrix and each fused expert parameter of each layer.
    assert len(moved) == BASE.layers * 2 * (len(ATTENTION) + 2)
    assert [name for name, value in moved.items() if torch.equal(value, fresh[name])] == []


def test_attention_and_every_single_expert_changed(trained: Any, tiny_base: Path, model: Any) -> None:
    merged = dict(sampling_policy(tiny_base, trained[1]).named_parameters())
    for name, before in model.named_parameters():
        change = merged[name] - before
        if ".experts." in name:
            assert change.shape[0] == BASE.experts
            assert (change.flatten(1).abs().amax(1) > 1e-6).all(), name
        elif any(projection in name for projection in ATTENTION):
            assert change.abs().max() > 1e-6, name
        else:
            assert torch.equal(merged[name], before), name


def test_a_published_adapter_loads_in_stock_peft(trained: Any, tiny_base: Path, tokenizer: Any) -> None:
    stock = AutoModelForCausalLM.from_pretrained(tiny_base, dtype=torch.float32)
    read = logits(PeftModel.from_pretrained(stock, str(trained[1])).eval(), tokenizer)
    torch.testing.assert_close(read, logits(trained[0].eval(), tokenizer), rtol=0, atol=1e-5)


def test_the_merged_policy_is_the_live_one(trained: Any, tiny_base: Path, model: Any, tokenizer: Any) -> None:
    merged = logits(sampling_policy(tiny_base, trained[1]), tokenizer)
    torch.testing.assert_close(merged, logits(trained[0].eval(), tokenizer), rtol=0, atol=1e-4)
    assert (merged - logits(model, tokenizer)).abs().max() > 1e-3


def test_the_next_stage_continues_the_adapter(trained: Any, tiny_base: Path) -> None:
    again = trainable_policy(tiny_base, trained[1], None, "float32", 1)
    stored, live = load_file(trained[1] / "adapter_model.safetensors"), dict(again.named_parameters())
    assert len(adapted_tensors(again)) == len(stored)
    for name, value in stored.items():
        assert torch.equal(live[name.replace(".weight", ".default.weight")], value)


def test_an_adapter_on_the_output_head_is_trained_when_the_study_asks(tiny_base: Path) -> None:
    asked = LORA.model_copy(update={"lm_head": True})
    with pytest.raises(WidebandError, match=r"lora\.lm_head: the base ties"):
        trainable_policy(tiny_base, None, asked, "float32", 1)
    untied = load_model(tiny_base)
    untied.config.tie_word_embeddings = False
    untied.lm_head.weight = torch.nn.Parameter(untied.lm_head.weight.detach().clone())
    assert len([name for name in adapted_tensors(attach(untied, asked)) if "lm_head" in name]) == 2


def test_sampling_with_merged_weights_gives_them_back_to_the_last_bit(trained: Any, tokenizer: Any) -> None:
    policy = trained[0].eval()
    before = {name: value.clone() for name, value in policy.named_parameters()}
    live = logits(policy, tokenizer)
    with merged_for_sampling(policy) as merged:
        torch.testing.assert_close(logits(merged, tokenizer), live, rtol=0, atol=1e-4)
        moved = [name for name, value in merged.named_parameters() if not torch.equal(value, before[name])]
    assert len(moved) == BASE.layers * (len(ATTENTION) + 2)
    assert all(torch.equal(value, before[name]) for name, value in policy.named_parameters())
    assert torch.equal(logits(policy, tokenizer), live)


@pytest.fixture(scope="module")
def dense_base(tiny_base: Path, tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base of the tiny one's size without experts."""
    tiny = json.loads((tiny_base / "config.json").read_text())
    names = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads")
    config = Qwen3Config(
        **{name: tiny[name] for name in (*names, "head_dim", "max_position_embeddings", "eos_token_id")},
        intermediate_size=48,
    )
    folder = tmp_path_factory.mktemp("dense")
    torch.manual_seed(3)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_dense_base_is_trained_on_attention_and_feed_forward_and_read_by_stock_peft(
    dense_base: Path, tokenizer: Any, tmp_path: Path
) -> None:
    trainer = tiny_training(dense_base, tmp_path / "state", steps=2)
    save_adapter(trainer, tmp_path / "adapter")
    changed = {name.split(".lora_")[0].rpartition(".")[2] for name in adapted_tensors(trainer.model)}
    assert changed == {*ATTENTION, "gate_proj", "up_proj", "down_proj"}
    stock = PeftModel.from_pretrained(load_model(dense_base), str(tmp_path / "adapter")).eval()
    ours = logits(sampling_policy(dense_base, tmp_path / "adapter"), tokenizer)
    torch.testing.assert_close(ours, logits(stock, tokenizer), atol=1e-5, rtol=0)
    assert not torch.equal(ours, logits(load_model(dense_base), tokenizer))


def test_attention_alone_is_adapted_when_the_study_says_so(tiny_base: Path) -> None:
    lora = LORA.model_copy(update={"attention_only": True, "dropout": 0.05})
    model = attach(load_model(tiny_base), lora)
    adapted = {name for name in adapted_tensors(model)}
    assert adapted and all(any(f".{each}." in name for each in ATTENTION) for name in adapted)
    assert model.peft_config["default"].lora_dropout == 0.05


def test_dropout_of_experts_is_refused_by_name(tiny_base: Path) -> None:
    with pytest.raises(WidebandError, match=r"lora\.dropout: adapted experts have none"):
        attach(load_model(tiny_base), LORA.model_copy(update={"dropout": 0.05}))


def test_a_base_whose_matrices_have_other_names_is_refused_by_name() -> None:
    config = Phi3Config(
        vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=1, pad_token_id=0
    )
    config.num_attention_heads = config.num_key_value_heads = 4
    with pytest.raises(
        WidebandError, match=r"Phi3ForCausalLM has no q_proj, k_proj, v_proj, gate_proj, up_proj: "
    ):
        attach(AutoModelForCausalLM.from_config(config), LORA)
