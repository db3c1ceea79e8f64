"""A checkpoint written as a model of its own: the policy that it was, on which a new adapter begins."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from tiny_methods import TARGETS, tiny_method
from tiny_policy import LORA, tiny_training

from wideband.errors import WidebandError
from wideband.policy.base import load_model, load_tokenizer, write_reference
from wideband.policy.load import sampling_policy, trainable_policy
from wideband.policy.merging import write_merged
from wideband.training.publish import save_adapter


@pytest.fixture(scope="module")
def adapter(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter of the tiny mixture of experts after two steps."""
    folder = tmp_path_factory.mktemp("trained")
    save_adapter(tiny_training(tiny_base, folder / "state", steps=2), folder / "adapter")
    return folder / "adapter"


@pytest.fixture(scope="module")
def merged(tiny_base: Path, adapter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("merged") / "model"
    assert write_merged(tiny_base, adapter, folder) == {"rounded_away": 0.0}
    return folder


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return dict(model.named_parameters())


def test_a_merged_model_is_the_policy_to_the_last_bit(tiny_base: Path, adapter: Path, merged: Path) -> None:
    policy, whole = (weights(sampling_policy(*each)) for each in ((tiny_base, adapter), (merged, None)))
    assert policy.keys() == whole.keys()
    assert [name for name in policy if not torch.equal(policy[name], whole[name])] == []
    assert any(not torch.equal(whole[name], each) for name, each in weights(load_model(tiny_base)).items())


def test_it_has_the_config_and_the_tokenizer_of_its_base(tiny_base: Path, merged: Path) -> None:
    configs = [json.loads((folder / "config.json").read_text()) for folder in (tiny_base, merged)]
    assert configs[0] == configs[1]
    assert load_tokenizer(merged).get_vocab() == load_tokenizer(tiny_base).get_vocab()


def test_written_again_it_has_the_same_bytes(
    tiny_base: Path, adapter: Path, merged: Path, tmp_path: Path
) -> None:
    write_merged(tiny_base, adapter, tmp_path / "again")
    for path in merged.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_a_new_adapter_begins_as_the_merged_policy_which_dpo_takes_for_its_reference(
    tiny_base: Path, adapter: Path, merged: Path, tmp_path: Path, tokenizer: Any
) -> None:
    ids = torch.tensor([tokenizer.encode("Q: What is 2 + 3?\nIt is 5.")])
    with torch.no_grad():
        fresh = trainable_policy(merged, None, LORA, "float32", 1).eval()(ids).logits
        before = sampling_policy(tiny_base, adapter)(ids).logits
    torch.testing.assert_close(fresh, before, rtol=0, atol=1e-5)
    run = tiny_method(merged, tmp_path, **TARGETS["pairs"])
    losses = [row["loss"] for row in run.state.log_history if "tokens" in row]
    assert losses[0] == pytest.approx(math.log(2), abs=1e-6) and losses[-1] < losses[0] - 0.05


def test_in_bf16_the_sum_is_rounded_once_and_the_manifest_says_what_that_took(
    tiny_base: Path, adapter: Path, tmp_path: Path
) -> None:
    """Beside the sum in fp32; SmolLM2, Qwen3 and others are stored so."""
    half = tmp_path / "half"
    load_model(tiny_base, "bfloat16").save_pretrained(half)
    load_tokenizer(tiny_base).save_pretrained(half)
    write_reference(half, None, None, "bfloat16", "<answer>")
    lost = write_merged(half, adapter, tmp_path / "merged")["rounded_away"]
    start = load_model(half, "float32")
    exact = weights(PeftModel.from_pretrained(load_model(half, "float32"), str(adapter)).merge_and_unload())
    stored = weights(load_model(tmp_path / "merged"))
    assert [name for name in exact if not torch.equal(exact[name].bfloat16(), stored[name])] == []
    with torch.no_grad():
        apart, moved = (
            sum((exact[name] - other[name]).square().sum().item() for name in exact)
            for other in (stored, weights(start))
        )
    assert lost == pytest.approx((apart / moved) ** 0.5, rel=1e-4) and 0 < lost < 1
    assert load_tokenizer(tmp_path / "merged").eos_token == "<answer>"


def test_what_cannot_be_merged_is_refused_before_weights_are_read(
    tiny_base: Path, adapter: Path, tmp_path: Path
) -> None:
    config = json.loads((tiny_base / "config.json").read_text())
    for changes, said in (
        ({"num_hidden_layers": 1}, "adapts a layer that the base"),
        ({"quantization_config": {"quant_method": "mxfp4"}}, "weights are quantised .* set `lora: carry`"),
    ):
        (tmp_path / "config.json").write_text(json.dumps(config | changes))
        with pytest.raises(WidebandError, match=said):
            write_merged(tmp_path, adapter, tmp_path / "never")
    assert not (tmp_path / "never").exists()
