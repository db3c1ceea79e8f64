"""An adapter that does not fit its base, or is not whole, is refused from its headers alone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tiny_policy import LORA

from wideband.config.policy import PublishedAdapter
from wideband.errors import WidebandError
from wideband.policy.adapter_file import AdapterError, check_fits
from wideband.policy.load import trainable_policy
from wideband.policy.published import fetch_adapter

WEIGHTS = "adapter_model.safetensors"


@pytest.fixture(scope="module")
def config(tiny_base: Path) -> dict[str, Any]:
    """The base model's config.json."""
    return json.loads((tiny_base / "config.json").read_text())


@pytest.fixture(scope="module")
def saved(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter of the tiny base."""
    folder = tmp_path_factory.mktemp("saved")
    trainable_policy(tiny_base, None, LORA, "float32", 1).save_pretrained(folder)
    return folder


@pytest.fixture
def adapter(saved: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may break."""
    return Path(shutil.copytree(saved, tmp_path / "adapter"))


def refusal(adapter: Path, config: dict[str, Any]) -> str:
    with pytest.raises(AdapterError) as caught:
        check_fits(adapter, config)
    assert str(adapter) in str(caught.value)
    return str(caught.value)


def test_an_adapter_fits_its_own_base(adapter: Path, config: dict[str, Any]) -> None:
    check_fits(adapter, config)


def test_another_hidden_size_is_refused(adapter: Path, config: dict[str, Any]) -> None:
    message = refusal(adapter, config | {"hidden_size": 64})
    assert "has width 32, the base's hidden size is 64" in message


def test_a_layer_too_many_is_refused(adapter: Path, config: dict[str, Any]) -> None:
    message = refusal(adapter, config | {"num_hidden_layers": 1})
    assert "layers.1." in message and "(1 layers)" in message


@pytest.mark.parametrize("name", ["adapter_config.json", WEIGHTS])
def test_a_missing_file_is_named(adapter: Path, config: dict[str, Any], name: str) -> None:
    (adapter / name).unlink()
    assert f"{name} is missing" in refusal(adapter, config)


@pytest.mark.parametrize("kept", [0, 4, 100, "half", -1])
def test_truncated_weights_are_noticed(adapter: Path, config: dict[str, Any], kept: Any) -> None:
    data = (adapter / WEIGHTS).read_bytes()
    (adapter / WEIGHTS).write_bytes(data[: kept if kept != "half" else len(data) // 2])
    assert WEIGHTS in refusal(adapter, config)


def test_a_file_that_is_no_safetensors_is_refused(adapter: Path, config: dict[str, Any]) -> None:
    (adapter / WEIGHTS).write_bytes(b"version https://git-lfs.github.com/spec/v1\n" * 3)
    assert WEIGHTS in refusal(adapter, config)


def test_a_published_folder_is_copied_and_checked(adapter: Path, tiny_base: Path, tmp_path: Path) -> None:
    fetch_adapter(PublishedAdapter(repo=str(adapter)), tiny_base, tmp_path / "copy")
    assert (tmp_path / "copy" / WEIGHTS).read_bytes() == (adapter / WEIGHTS).read_bytes()
    (adapter / WEIGHTS).unlink()
    with pytest.raises(AdapterError, match=WEIGHTS):
        fetch_adapter(PublishedAdapter(repo=str(adapter)), tiny_base, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_an_adapter_that_is_nowhere_is_named(tiny_base: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(AdapterError, match=r"'nobody/nothing' at 0{40} is neither a folder"):
        fetch_adapter(
            PublishedAdapter(repo="nobody/nothing", revision="0" * 40), tiny_base, tmp_path / "copy"
        )
    with pytest.raises(WidebandError, match=r"nobody/nothing has no pinned commit.*data\.revisions"):
        fetch_adapter(PublishedAdapter(repo="nobody/nothing"), tiny_base, tmp_path / "copy")
