"""`wideband compare` on finished studies: as the documentation shows it, and on what it must refuse."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from audited import NUMBER, VERDICTS, Project
from documented import commands
from forging import count_again, rebuild

from wideband.cli import main
from wideband.metrics.bootstrap import Bootstrap
from wideband.numbers.estimators.paired import difference, ranged
from wideband.provenance.ledger import seal
from wideband.provenance.manifest import SPECS, described
from wideband.provenance.specs import Spec, read_spec
from wideband.tables import read_table

TITLE = "</script><script>alert(1)</script> & more"
PASSK = "metrics/passk/panel/olympiad_rlvr/gsm8k_test.parquet"


def all_right(frame: Any) -> Any:
    frame["correct"] = frame["correct"].astype(object)
    frame[["correct", "reward"]] = [True, 1.0]
    return frame


def respecified(project: Project, output: str, change: Any) -> None:
    """Let the job of an output have run under other parameters."""

    def changed(manifest: dict) -> None:
        old = read_spec(project.root / SPECS / f"{manifest['spec']['digest']}.json")
        params = json.loads(json.dumps(old.params))
        change(params)
        new = Spec(old.study, old.rule, old.wildcards, params, old.code, old.environment)
        (project.root / SPECS / f"{new.digest}.json").write_text(new.text)
        manifest["spec"]["digest"] = new.digest

    project.edit_json(f"{output}.manifest.json", changed)


def other_settings(params: dict) -> None:
    params["study"]["stages"]["olympiad_rlvr"]["lr"] = 0.5
    params["study"]["title"] = TITLE


@pytest.fixture
def both(audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, Project]:
    """The finished study, and one elsewhere with another rate, template and title, and better verdicts."""
    for name in ("here", "other"):
        (tmp_path / name).mkdir()
    here, other = Project(tmp_path / "here", audited), Project(tmp_path / "other", audited)
    monkeypatch.chdir(tmp_path)
    other.edit_table(VERDICTS, all_right)
    count_again(other)
    respecified(other, "numbers.jsonl", other_settings)
    respecified(other, VERDICTS.replace("verdicts", "rollouts"), lambda params: params.update(template="?"))
    rebuild(other.root)
    monkeypatch.chdir(here.folder)
    return here, other


def test_the_documented_comparison_names_what_differs(
    both: tuple[Project, Project], capsys: pytest.CaptureFixture[str]
) -> None:
    (command,) = commands("wideband compare")
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "stages.olympiad_rlvr.lr" in said and "0.001 → 0.5" in said
    assert "sample panel.olympiad_rlvr.gsm8k_test: template" in said
    found = json.loads(Path("compare.json").read_text())
    number = next(each for each in found["numbers"] if each["id"] == NUMBER)
    tables = [read_table(project.root / PASSK, "metrics") for project in both]
    expected = difference(ranged(tables, "pass@1"), "pass@1", Bootstrap(0.95, 200, 7))
    assert (number["verdict"], number["method"]) == ("beyond", "paired")
    assert (number["difference"], tuple(number["interval"])) == (expected.value, expected.interval)
    assert NUMBER in said and sum(found["counts"].values()) == len(found["numbers"]) > 1000
    page = Path("compare.html").read_text()
    assert NUMBER in page and "stages.olympiad_rlvr.lr" in page
    assert "<script" not in page and "&lt;script&gt;alert" in page
    assert 'href="results/nano/report/card.html#' in page and 'href="../other/results/nano/report/' in page


def test_a_study_beside_itself_has_nothing_that_differs(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "results/nano", "results/nano", "--json", "same.json"]) == 0
    found = json.loads(Path("same.json").read_text())
    assert {verdict for verdict, count in found["counts"].items() if count} == {"same"}
    assert not any(found["settings"].values()) and not found["only a"] and not found["only b"]
    assert "not audited" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["tampered", "unfinished", "rerun in part", "no study", "nothing"])
def test_what_is_no_finished_study_is_refused_in_one_line(
    project: Project, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = "results/nano"
    if wrong == "tampered":
        project.edit_table(VERDICTS, all_right)
    elif wrong == "unfinished":
        shutil.rmtree(project.root / "report")
    elif wrong == "rerun in part":
        project.edit_table(VERDICTS, all_right)
        project.edit_json(f"{VERDICTS}.manifest.json", lambda manifest: refit(project, manifest))
        seal(project.root)
    else:
        place = {"no study": "config", "nothing": "results/absent"}[wrong]
    said = {
        "tampered": f"tampered with: OUTPUT_TAMPERED {VERDICTS}",
        "unfinished": "unfinished: INCOMPLETE report",
        "rerun in part": "unfinished: ",
        "no study": "unfinished, it has no numbers.jsonl",
        "nothing": "no such folder",
    }[wrong]
    assert main(["compare", place, "results/nano"]) == 2
    out, error = capsys.readouterr()
    assert out == "" and error.count("\n") == 1
    assert error.startswith(f"error: {place}: {said}")


def refit(project: Project, manifest: dict) -> None:
    """The manifest as the job would write it for its output as it is."""
    now = described(project.root / VERDICTS)
    for entry in [*manifest["outputs"], manifest["output"]]:
        entry.update({key: now[key] for key in ("digest", "bytes")})
    manifest["ended"] = "2031-01-01T00:00:00.000+00:00"
