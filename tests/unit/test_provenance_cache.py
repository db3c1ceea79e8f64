"""Remembered digests: hashed once, and anew after any change, whatever it does to times and sizes."""

import os
import time
from pathlib import Path

import pytest

from wideband.provenance import cache as module
from wideband.provenance.cache import TICK_NS, DigestCache
from wideband.provenance.digests import MARK, file_digest, path_digest


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really read."""
    read: list[str] = []

    def counted(path: str) -> str:
        read.append(Path(path).name)
        return file_digest(path)

    monkeypatch.setattr(module, "file_digest", counted)
    return read


def old_enough(path: Path, text: str) -> Path:
    """A file that was written more than a tick ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    time.sleep(2 * TICK_NS / 1e9)
    return path


def test_a_file_is_hashed_once_over_several_runs(tmp_path: Path, hashed: list[str]) -> None:
    path = old_enough(tmp_path / "a", "one")
    for _ in range(2):
        kept = DigestCache(tmp_path)
        assert kept.digest(path) == file_digest(path)
        kept.save()
    assert hashed == ["a"]


def test_an_edit_that_restores_size_and_time_is_seen(tmp_path: Path) -> None:
    path = old_enough(tmp_path / "a", "one")
    kept = DigestCache(tmp_path)
    before, stat = kept.digest(path), path.stat()
    path.write_text("two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert kept.digest(path) == file_digest(path) != before


def test_a_file_written_this_very_moment_is_not_trusted_later(tmp_path: Path, hashed: list[str]) -> None:
    (tmp_path / "a").write_text("one")
    kept = DigestCache(tmp_path)
    kept.digest(tmp_path / "a")
    kept.digest(tmp_path / "a")
    assert hashed == ["a", "a"]


def test_times_that_were_set_by_us_keep_the_digest(tmp_path: Path, hashed: list[str]) -> None:
    path = old_enough(tmp_path / "a", "one")
    kept = DigestCache(tmp_path)
    kept.digest(path)
    before = path.stat()
    os.utime(path, ns=(5, 5))
    kept.refresh(path, before)
    kept.digest(path)
    assert hashed == ["a"]


def test_a_folder_has_the_digest_that_digests_say(tmp_path: Path) -> None:
    folder = tmp_path / "adapter"
    old_enough(folder / "weights.bin", "w")
    (folder / "empty").mkdir()
    (folder / "deep/er").mkdir(parents=True)
    (folder / "deep/er/x").write_text("x")
    (folder / MARK).touch()
    (folder / "link").symlink_to("deep")
    kept = DigestCache(tmp_path)
    assert kept.digest(folder) == path_digest(folder)
    (folder / "deep" / MARK).touch()
    (folder / MARK).write_text("not empty")
    assert kept.digest(folder) == path_digest(folder)


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_a_broken_memory_is_learnt_again(tmp_path: Path, text: str) -> None:
    path = old_enough(tmp_path / "a", "one")
    old_enough(tmp_path / module.PLACE, text)
    assert DigestCache(tmp_path).digest(path) == file_digest(path)
