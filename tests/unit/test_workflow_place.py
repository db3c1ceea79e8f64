"""The results folder may be a link; what cannot hold results is named in one line."""

from pathlib import Path

import pytest

from wideband.workflow.layout import PlaceError, results_folder


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_link_to_a_folder_is_a_results_folder(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    Path("results").symlink_to(tmp_path / "scratch")
    assert results_folder("nano") == Path("results/nano")


def test_a_link_to_nothing_and_a_file_are_named() -> None:
    Path("results").symlink_to("scratch")
    with pytest.raises(
        PlaceError, match="results: a link to scratch, which does not exist; create that folder"
    ):
        results_folder("nano")
    Path("results").unlink()
    Path("results").write_text("x")
    with pytest.raises(
        PlaceError, match="results: not a folder, but results are written there; move it away"
    ):
        results_folder("nano")
