"""Resumable state: only marked saves count, half-written ones go, adapters appear whole."""

import json
from pathlib import Path

import pytest

from wideband.provenance.digests import folder_digest
from wideband.training.publish import ADAPTER_FILES, copy_adapter
from wideband.training.state import STABLE, last_complete


def saved(folder: Path, step: int, complete: bool = True) -> Path:
    save = folder / f"checkpoint-{step}"
    save.mkdir(parents=True)
    (save / "model.bin").write_bytes(b"w")
    if complete:
        (save / STABLE).touch()
    return save


def raw_adapter(folder: Path, config: dict[str, object]) -> Path:
    folder.mkdir(parents=True)
    (folder / ADAPTER_FILES[0]).write_text(json.dumps(config))
    (folder / ADAPTER_FILES[1]).write_bytes(b"weights")
    (folder / "README.md").write_text("a model card with the date")
    return folder


def test_nothing_saved_means_a_fresh_start(tmp_path: Path) -> None:
    assert last_complete(tmp_path / "never") is None
    assert last_complete(tmp_path) is None


def test_the_newest_save_is_the_one_with_the_highest_step(tmp_path: Path) -> None:
    for step in (10, 9, 2):
        saved(tmp_path, step)
    assert last_complete(tmp_path) == tmp_path / "checkpoint-10"


def test_half_written_saves_are_removed(tmp_path: Path) -> None:
    whole, half = saved(tmp_path, 5), saved(tmp_path, 10, complete=False)
    assert last_complete(tmp_path) == whole
    assert not half.exists()
    assert (whole / "model.bin").exists()


def test_only_half_written_saves_mean_a_fresh_start(tmp_path: Path) -> None:
    saved(tmp_path, 5, complete=False)
    assert last_complete(tmp_path) is None


def test_a_copy_holds_the_adapter_alone_with_a_sorted_config(tmp_path: Path) -> None:
    one = raw_adapter(tmp_path / "one", {"r": 4, "target_modules": ["v", "q"]})
    two = raw_adapter(tmp_path / "two", {"target_modules": ["q", "v"], "r": 4})
    copy_adapter(one, tmp_path / "a" / "adapter")
    copy_adapter(two, tmp_path / "b" / "adapter")
    assert folder_digest(tmp_path / "a/adapter") == folder_digest(tmp_path / "b/adapter")
    assert sorted(path.name for path in (tmp_path / "a/adapter").iterdir()) == sorted(ADAPTER_FILES)


def test_a_copy_that_fails_leaves_the_old_adapter(tmp_path: Path) -> None:
    copy_adapter(raw_adapter(tmp_path / "old", {"r": 1}), tmp_path / "adapter")
    broken = raw_adapter(tmp_path / "new", {"r": 2})
    (broken / ADAPTER_FILES[1]).unlink()
    with pytest.raises(FileNotFoundError):
        copy_adapter(broken, tmp_path / "adapter")
    assert json.loads((tmp_path / "adapter" / ADAPTER_FILES[0]).read_text()) == {"r": 1}
