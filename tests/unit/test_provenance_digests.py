"""Digests follow content: bytes of files, names and bytes of folders, values of JSON."""

import os
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from wideband.provenance import digests

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "adapter"
    (root / "nested").mkdir(parents=True)
    (root / "a.txt").write_text("one")
    (root / "nested/b.txt").write_text("two")
    return root


@pytest.mark.parametrize("size", [0, 1, digests.SMALL, digests.SMALL + 1, 5 * digests.SMALL])
def test_a_file_has_the_blake3_of_its_bytes(size: int, tmp_path: Path) -> None:
    data = os.urandom(size)
    (tmp_path / "x").write_bytes(data)
    assert digests.file_digest(tmp_path / "x") == blake3(data).hexdigest()


def test_the_mark_that_snakemake_leaves_after_the_manifest_is_ignored(folder: Path) -> None:
    before = digests.folder_digest(folder)
    (folder / digests.MARK).touch()
    assert digests.folder_digest(folder) == before


def test_a_folder_digest_ignores_times_and_place(folder: Path, tmp_path: Path) -> None:
    before = digests.folder_digest(folder)
    os.utime(folder / "a.txt", (1, 1))
    moved = folder.rename(tmp_path / "elsewhere")
    assert digests.folder_digest(moved) == before


CHANGES = {
    "edited": lambda root: (root / "nested/b.txt").write_text("twO"),
    "added": lambda root: (root / "c.txt").write_text(""),
    "hidden file added": lambda root: (root / ".hidden").write_text("x"),
    "content in Snakemake's mark": lambda root: (root / digests.MARK).write_text("x"),
    "a mark where Snakemake puts none": lambda root: (root / "nested" / digests.MARK).touch(),
    "deleted": lambda root: (root / "a.txt").unlink(),
    "renamed": lambda root: (root / "a.txt").rename(root / "z.txt"),
    "moved deeper": lambda root: (root / "a.txt").rename(root / "nested/a.txt"),
    "empty folder": lambda root: (root / "empty").mkdir(),
    "link to a folder": lambda root: (root / "link").symlink_to("nested"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_inside_a_folder_changes_its_digest(change: str, folder: Path) -> None:
    before = digests.path_digest(folder)
    CHANGES[change](folder)
    assert digests.path_digest(folder) != before


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_json_digests_do_not_depend_on_key_order(value: dict) -> None:
    backwards = dict(reversed(list(value.items())))
    assert digests.json_digest(value) == digests.json_digest(backwards)


def test_json_digests_tell_swapped_values_apart() -> None:
    assert digests.json_digest({"a": 1, "b": 2}) != digests.json_digest({"a": 2, "b": 1})


def test_nan_is_not_canonical_json() -> None:
    with pytest.raises(ValueError):
        digests.canonical_json({"a": float("nan")})
