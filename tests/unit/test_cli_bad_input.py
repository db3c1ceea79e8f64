"""The command line ends in one line, naming the file, whatever was done to it."""

import os
from pathlib import Path

import pytest
from report_manifests import SMALL

from wideband.cli import main

NUMBER = "pass@1.gsm8k_test.panel.base"
DAMAGE = {
    "empty": b"",
    "binary": bytes(range(256)),
    "not UTF-8": '{"id": "é"}'.encode("latin-1"),
    "deep": b"[" * 100_000,
    "a list": b"[1, 2]\n",
    "null": b"null\n",
    "cut off": b'{"id": "pass@1", "val',
    "no number": b'{"id": "x", "value": NaN, "inputs": [1]}\n',
}


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the number records of a study, in a project folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wideband.cli.number.chosen_study", lambda args: SMALL)
    monkeypatch.setattr("wideband.cli.number.ran", lambda study: None, raising=False)
    path = tmp_path / "results" / SMALL.name / "numbers.jsonl"
    path.parent.mkdir(parents=True)
    return path


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["number", NUMBER]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1
    return said


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_records_are_named(kind: str, records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records.write_bytes(DAMAGE[kind])
    said = refusal(capsys)
    assert "numbers.jsonl" in said or kind == "empty"


def test_a_folder_in_the_place_of_a_file_is_named(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records.mkdir()
    assert "numbers.jsonl: is a directory; correct that and run again" in refusal(capsys)


def test_a_file_that_may_not_be_read_is_named(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.symlink(records.name, records)
    assert "numbers.jsonl: too many levels of symbolic links" in refusal(capsys)


@pytest.mark.parametrize(
    "command",
    [
        "compare results/a results/b --json results/old/compare.json",
        "compare results/a results/b --html results/old/report/compare.html",
        "numbers --csv linked/numbers.csv",
        "export results/old",
    ],
)
def test_no_command_writes_its_files_into_results(
    command: str, records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "results/old"
    (old / "report").mkdir(parents=True)
    (old / "ledger.jsonl").touch()
    (tmp_path / "linked").symlink_to(old)
    assert main(command.split()) == 2
    said = capsys.readouterr().err
    assert "is in the results folder of study old, where only jobs write; name another place" in said
    assert said.count("\n") == 1 and len(list(old.rglob("*"))) == 2
