"""Facts of source files, remembered by content: what parsing anew gives, and never older than the file."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from wideband.config import load_study
from wideband.provenance import closure
from wideband.provenance import parse_cache as module
from wideband.provenance.closure import Source, source
from wideband.provenance.fingerprint import fingerprint
from wideband.provenance.parse_cache import PLACE, ParseCache, cached_parsing
from wideband.provenance.user_cache import user_cache
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow_scripts"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache folder of its own; the place in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return user_cache(PLACE)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were really parsed."""
    found: list[str] = []

    def counted(content: bytes, path: Path) -> Source:
        found.append(path.name)
        return closure.parsed(content, path)

    monkeypatch.setattr(module, "parsed", counted)
    return found


def facts(path: Path) -> Any:
    with cached_parsing() as read:
        return read(path)


def test_every_fingerprint_is_the_one_of_files_parsed_anew() -> None:
    study = load_study("nano")
    anew = [job.code for job in jobs(study, ROOT)]
    for _ in range(2):
        with cached_parsing() as read:
            assert [job.code for job in jobs(study, ROOT, read)] == anew


def test_a_module_that_did_not_change_is_parsed_once_over_several_runs(parsed: list[str]) -> None:
    for _ in range(2):
        with cached_parsing() as read:
            reached = fingerprint(SCRIPTS / "grade.py", SCRIPTS, read=read).modules
    modules = [name for name in reached if not name.startswith(("config/", "workflow_scripts/"))]
    assert len(parsed) == len(modules) > 25


def test_an_edit_that_restores_size_and_all_times_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    before, stat = facts(path), path.stat()
    path.write_text("x = 2\n")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert facts(path) == source(path) != before


def test_another_serialiser_or_python_does_not_believe_what_was_kept(
    tmp_path: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    facts(path)
    monkeypatch.setattr(module, "file_digest", lambda _: "another serialiser")
    facts(path)
    assert parsed == ["a.py", "a.py"]


BROKEN = ["", "{", "null", "[]", "{}"]
ENTRIES = [None, 1, "text", [], ["d", [], []], ["d", [[0]], [], []], ["d", [["0", "a"]], [], []],
           ["d", [[0, 1]], [], []], ["d", [], [1], []], ["d", [], [], 5], [1, [], [], []]]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_memory_is_learnt_again(text: str, place: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import b\n")
    place.parent.mkdir(parents=True)
    place.write_text(text)
    assert facts(path) == source(path)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_broken_entry_is_learnt_again(entry: Any, place: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import b\n")
    facts(path)
    place.write_text(json.dumps(dict.fromkeys(json.loads(place.read_text()), entry)))
    assert facts(path) == source(path)


def test_without_a_home_that_can_be_written_all_is_parsed(tmp_path: Path, place: Path) -> None:
    place.parent.parent.write_text("no folder")
    path = ROOT / "tests/conftest.py"
    assert facts(path) == source(path)


def test_much_is_cut_to_what_was_asked_for(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    for number in range(4):
        (tmp_path / "a.py").write_text(f"x = {number}\n")
        facts(tmp_path / "a.py")
    assert len(json.loads(place.read_text())) <= 2


def test_who_asks_nothing_of_it_parses_the_files_whatever_is_remembered(place: Path) -> None:
    """The audit does so: `jobs(study, project)`."""
    study = load_study("nano")
    true = [job.spec.code for job in jobs(study, ROOT)]
    with cached_parsing() as read:
        jobs(study, ROOT, read)
    forged = {key: ["0" * 64, *entry[1:]] for key, entry in json.loads(place.read_text()).items()}
    place.write_text(json.dumps(forged))
    assert [job.spec.code for job in jobs(study, ROOT)] == true
    assert [job.spec.code for job in jobs(study, ROOT, ParseCache(place))] != true


def test_a_user_without_a_home_remembers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    path = ROOT / "tests/conftest.py"
    assert facts(path) == source(path)
    assert not Path("~").exists()
