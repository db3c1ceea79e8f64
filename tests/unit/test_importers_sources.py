"""Files of a release: copied from a folder, or fetched, or said how to get."""

from pathlib import Path

import pytest

from wideband.importers import ImportFileError
from wideband.importers.sources import fetch
from wideband.provenance.digests import file_digest

COMMIT = "a1ebbfce8a24aa6c3d16be45e0e26c33e5038ea7"


def test_a_file_in_the_folder_is_copied(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("1\n")
    origin = fetch(
        "a.jsonl", tmp_path / "out/a.jsonl", str(tmp_path), None, file_digest(tmp_path / "a.jsonl")
    )
    assert origin == str(tmp_path / "a.jsonl")
    assert (tmp_path / "out/a.jsonl").read_text() == "1\n"


def test_a_file_that_changed_since_the_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("1\n")
    with pytest.raises(
        ImportFileError, match=r"a\.jsonl: changed since this run was planned; start it again"
    ):
        fetch("a.jsonl", tmp_path / "b", str(tmp_path), None, "0" * 64)


def test_an_absent_file_without_a_release_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"nowhere/a\.jsonl: no such file; put it there, or correct"):
        fetch("a.jsonl", tmp_path / "b", "nowhere", None, None)


def test_a_release_that_cannot_be_reached_is_told_how_to_put_in_place(tmp_path: Path) -> None:
    """No such repository: refused by the host where there is a network, unreachable where there is none."""
    release = {"repo": "nobody-at-all/no-such-repository", "commit": COMMIT}
    with pytest.raises(ImportFileError) as error:
        fetch("data/a.jsonl", tmp_path / "b", "nowhere", release, None)
    said = str(error.value)
    assert f"https://raw.githubusercontent.com/nobody-at-all/no-such-repository/{COMMIT}/data/a.jsonl" in said
    assert f"git checkout {COMMIT}" in said and "imports.root" in said
    assert not (tmp_path / "b").exists()
