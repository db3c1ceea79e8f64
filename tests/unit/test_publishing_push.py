"""A folder on the hub: private unless told, whole, one line for what fails. The hub is a stand-in."""

from collections.abc import Iterator
from pathlib import Path

import hub_stub
import pytest
from huggingface_hub import constants

from wideband.publishing.push import PublishError, check_name, push


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[hub_stub.Hub]:
    monkeypatch.setenv("HF_TOKEN", "hf_not_a_real_one")
    with hub_stub.running(tmp_path / "hub") as served:
        monkeypatch.setattr(constants, "ENDPOINT", served.url)
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files, one in a folder below."""
    made = tmp_path / "made"
    (made / "base").mkdir(parents=True)
    (made / "README.md").write_text("---\nlibrary_name: peft\n---\n# x\n")
    (made / "base/model.safetensors").write_bytes(bytes(range(256)))
    return made


@pytest.mark.parametrize("private", [True, False])
def test_all_files_arrive_in_a_repository_that_is_private_unless_told(
    hub: hub_stub.Hub, folder: Path, private: bool
) -> None:
    address = push(folder, "me/mine", private)
    assert hub.private == {"me/mine": private} and address.startswith(f"{hub.url}/me/mine/")
    there = hub.root / "models/me/mine/main"
    sent = {
        path.relative_to(there).as_posix(): path.read_bytes() for path in there.rglob("*") if path.is_file()
    }
    assert sent == {name: (folder / name).read_bytes() for name in ("README.md", "base/model.safetensors")}


def test_a_repository_that_is_there_keeps_being_private(hub: hub_stub.Hub, folder: Path) -> None:
    push(folder, "me/mine", private=True)
    push(folder, "me/mine", private=False)
    assert hub.private == {"me/mine": True}


def test_without_a_token_it_says_how_to_get_one(
    hub: hub_stub.Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    with pytest.raises(PublishError, match="hf auth login") as error:
        push(folder, "me/mine", private=True)
    assert "\n" not in str(error.value)


def test_a_hub_that_is_not_there_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_not_a_real_one")
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(PublishError, match="--push me/mine: the hub refused it") as error:
        push(folder, "me/mine", private=True)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["mine", "a/b/c", "me/../x", "me/a b", "-me/x", "me/$(touch x)"])
def test_what_is_no_name_of_a_repository_is_refused(name: str) -> None:
    with pytest.raises(PublishError, match="--push"):
        check_name(name)
