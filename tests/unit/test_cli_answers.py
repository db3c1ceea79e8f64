"""What the command line answers: whole ids only, one line for what is not there, help for nothing."""

import json
import shutil
from pathlib import Path

import pytest
from report_results import REPO

from wideband.audit.registered import Judged
from wideband.cli import COMMANDS, main
from wideband.cli.claims import as_json, lines, statements, together
from wideband.numbers import NumberRecord, write_records
from wideband.numbers.claims import Claim

ROOT = Path("results/nano")
NUMBER = "pass@1.gsm8k_test.panel.base"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with the nano study, whose results are one number record."""
    monkeypatch.chdir(tmp_path)
    for folder in ("config/studies", "config/prompts", "config/fragments", "config/deepspeed"):
        shutil.copytree(REPO / folder, folder)
    made = NumberRecord(NUMBER, 0.5, "fraction", None, 12, "passk.mean", {"k": 1}, None, (), "")
    write_records([made], ROOT / "numbers.jsonl")


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and error of a command about nano."""
    status = main([*arguments, "--study", "nano"])
    return status, *capsys.readouterr()


def test_without_a_command_it_prints_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: wideband")
    assert all(name in said for name in COMMANDS)


def test_a_number_is_asked_for_by_its_whole_id(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = asked(capsys, "number", NUMBER)
    assert (status, "0.5 fraction, n = 12" in out) == (0, True)
    status, out, error = asked(capsys, "number", NUMBER[:-4])
    assert (status, out) == (2, "")
    assert error == (
        "error: study nano has no number 'pass@1.gsm8k_test.panel.'; near it: pass@1.gsm8k_test.panel.base\n"
    )


def test_the_audit_looks_a_number_up_before_it_audits(
    project: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in ("pass@1.gsm8k_test.panel", "pass@1.gsm8k_test.panel.bas", ""):
        status, out, error = asked(capsys, "audit", "--number", wrong)
        assert (status, out) == (2, "")
        assert error.startswith(f"error: study nano has no number '{wrong}'; near it: ")
        assert NUMBER in error or not wrong
        assert error.count("\n") == 1
    assert not (ROOT / "audit").exists()


@pytest.mark.parametrize(
    "command", [["audit"], ["audit", "--number", NUMBER], ["claims"], ["number", NUMBER]]
)
@pytest.mark.parametrize("folder", ["nothing", "what explain and a killed run leave", "a registered claim"])
def test_a_study_that_never_ran_is_one_line(
    project: None, command: list[str], folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(ROOT)
    if folder == "what explain and a killed run leave":
        for name in ("specs/sample/a.json", "logs/slice/a.log", "provenance/code/a.json", "data/x"):
            (ROOT / name).parent.mkdir(parents=True)
        (ROOT / "specs/sample/a.json").write_text("{}")
    if folder == "a registered claim":
        Path("config/claims").mkdir()
        Path("config/claims/nano.yaml").write_text(
            f"- {{id: c, text: c, value: 0.5, tolerance: 0.1, number: {NUMBER}}}"
        )
        assert asked(capsys, "claims", "--register")[0] == 0
    status, out, error = asked(capsys, *command)
    assert (status, out) == (2, "")
    assert error == (
        "error: study nano has not run yet: results/nano holds no results; "
        "run snakemake --cores all --config study=nano\n"
    )


def test_claims_are_named_by_their_ids(project: None) -> None:
    claim = Claim("c24", "So many.", 382.0, 0.0, "band_size.x")
    judged = Judged("config/claims/nano.yaml", claim, "VERIFIED", "computed again 382", 382.0)
    assert lines([judged])[0].splitlines() == [
        "VERIFIED  c24  So many.",
        "               config/claims/nano.yaml: computed again 382",
    ]
    assert as_json(judged) == {
        "id": "c24",
        "verdict": "VERIFIED",
        "claimed": 382.0,
        "computed": 382.0,
        "why": "computed again 382",
        "number": "band_size.x",
    }


def test_the_parts_of_a_claim_are_told_together(project: None) -> None:
    file, whole = "config/claims/nano.yaml", {"whole": "a12", "whole_text": "How many"}
    judged = [
        Judged(file, Claim(f"a12.{place}", text, 9.0, 0.0, f"x.{text}", **whole), verdict, said, found)
        for place, text, verdict, said, found in (
            (1, "higher", "VERIFIED", "computed again 9", 9.0),
            (2, "lower", "CLAIM_CONTRADICTED", "computed again 8", 8.0),
        )
    ]
    assert lines(judged)[0].splitlines() == [
        "CLAIM_CONTRADICTED  a12  How many",
        "                         config/claims/nano.yaml, in 2 parts:",
        "                         higher: computed again 9",
        "                         lower: computed again 8",
    ]
    found = together(statements(judged)[0])
    assert (found["id"], found["verdict"], found["computed"]) == ("a12", "CLAIM_CONTRADICTED", [9.0, 8.0])
    assert [part["id"] for part in found["parts"]] == ["a12.1", "a12.2"]


def test_claims_for_machines_are_a_list(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("workflow_scripts", "envs"):
        shutil.copytree(REPO / folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    Path("config/claims").mkdir()
    Path("config/claims/nano.yaml").write_text(
        f"- {{id: up, text: Up, value: 0, direction: above, number: {NUMBER}}}\n"
        "- {id: so, text: So, value: true, number: null, needs: more}\n"
    )
    status, out, _ = asked(capsys, "claims", "--json")
    found = json.loads(out)
    assert status == 1
    assert [list(each) for each in found] == [
        ["id", "verdict", "claimed", "computed", "why", "number"],
        ["id", "verdict", "claimed", "computed", "why", "number"],
    ]
    assert (found[0]["claimed"], found[0]["number"]) == ("above 0", NUMBER)
    assert found[1] == {
        "id": "so",
        "verdict": "CLAIM_UNSUPPORTED",
        "claimed": True,
        "computed": None,
        "why": "needs more",
        "number": None,
    }
