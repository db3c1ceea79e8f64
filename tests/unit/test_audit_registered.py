"""Claims registered before the run: sealed once, held to what was said, and told apart from later ones."""

import json
import shutil
from pathlib import Path

import pytest
from report_results import REPO

from wideband.audit.claims import judge
from wideband.audit.registered import check, records
from wideband.audit.results import Results
from wideband.cli import main
from wideband.config.parameters import parameters
from wideband.numbers.claims import read_files
from wideband.numbers.study import planned
from wideband.provenance import registrations
from wideband.provenance.digests import canonical_json, file_digest, path_digest
from wideband.provenance.ledger import read_lines, seal
from wideband.report.book import Book
from wideband.report.claims import lines
from wideband.report.inputs import ReportParams

ROOT = Path("results/nano")
NUMBER = "pass@1.gsm8k_test.panel.base"
TABLE = "metrics/passk/panel/base/gsm8k_test.parquet"
CLAIM = f"- {{id: half, text: Half is solved, value: 0.5, tolerance: 0.1, number: {NUMBER}}}\n"
FILE = Path("config/claims/nano.yaml")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty project with the nano study and one claim about it."""
    monkeypatch.chdir(tmp_path)
    for folder in ("config/studies", "config/prompts", "config/fragments", "config/deepspeed"):
        shutil.copytree(REPO / folder, folder)
    FILE.parent.mkdir()
    FILE.write_text(CLAIM)


def register() -> int:
    return main(["claims", "--study", "nano", "--register"])


def nano():
    from wideband.config import load_study

    return load_study("nano")


def judged(values: dict[str, float] | None = None) -> dict[str, tuple[str, str]]:
    """Verdict and why of every claim by its id, when the numbers computed again are `values`."""
    results = Results(ROOT, Path(), nano(), [], path_digest)
    found = judge(read_files("nano"), values or {NUMBER: 0.5}, {})
    return {each.claim.id: (each.verdict, each.detail) for each in check(results, found, planned(nano()))}


def wrong_records() -> list[tuple[str, str]]:
    found = records(Results(ROOT, Path(), nano(), [], path_digest))
    return [(finding.code, finding.file) for finding in found]


def ran(output: str = TABLE) -> None:
    """A job wrote the table of the number, and the driver sealed it."""
    (ROOT / output).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / output).write_text(output)
    said = {"path": f"{ROOT}/{output}", "digest": file_digest(ROOT / output)}
    manifest = {"study": "nano", "rule": "passk", "spec": {"digest": "d"}, "inputs": [], "output": said}
    (ROOT / f"{output}.manifest.json").write_text(canonical_json(manifest | {"ended": "1"}))


def test_a_claim_is_registered_before_the_results_folder_exists(capsys: pytest.CaptureFixture[str]) -> None:
    assert register() == 0
    said = capsys.readouterr().out
    assert "half: registered in line 1, before there was any result of its number" in said
    (made,) = registrations.read(ROOT)
    assert made.before and made.record["claim"]["value"] == 0.5
    assert made.record["seeds"]["benchmarks.gsm8k_test.seed"] == nano().benchmarks["gsm8k_test"].seed
    ran()
    seal(ROOT)
    assert judged() == {"half": ("VERIFIED", "computed again 0.5")}
    assert wrong_records() == []


def test_registering_twice_seals_once(capsys: pytest.CaptureFixture[str]) -> None:
    register()
    before = read_lines(ROOT)
    assert register() == 0
    assert "half: registered already, in line 1" in capsys.readouterr().out
    assert read_lines(ROOT) == before


@pytest.mark.parametrize("output", [TABLE, "arms/panel/base/rollouts/gsm8k_test.parquet"])
def test_a_claim_written_afterwards_says_so(output: str, capsys: pytest.CaptureFixture[str]) -> None:
    # The driver was killed before it sealed the job.
    ran(output)
    register()
    assert f"registered in line 2, when there was {output}, sealed in line 1" in capsys.readouterr().out
    (made,) = registrations.read(ROOT)
    assert not made.before


def test_results_of_another_number_do_not_matter(capsys: pytest.CaptureFixture[str]) -> None:
    ran("arms/think/base/verdicts/gsm8k_test.parquet")
    register()
    assert "half: registered in line 2, before there was any result of its number" in capsys.readouterr().out


EDITS = {
    "value": ("value: 0.5", "value: 0.4", "value 0.5 → 0.4"),
    "tolerance": ("tolerance: 0.1", "tolerance: 0.2", "tolerance 0.1 → 0.2"),
    "text": ("Half is", "Some are", "text Half is solved → Some are solved"),
    "number": ("panel.base", "think.base", f"number {NUMBER} → "),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_claim_is_a_finding(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    register()
    old, new, told = EDITS[what]
    FILE.write_text(CLAIM.replace(old, new))
    verdict, detail = judged()["half"]
    assert verdict == "CLAIM_EDITED"
    assert f"registered otherwise in line 1: {told}" in detail
    before = read_lines(ROOT)
    assert register() == 2
    assert told in capsys.readouterr().err
    assert read_lines(ROOT) == before


def test_a_remark_may_be_added(capsys: pytest.CaptureFixture[str]) -> None:
    register()
    FILE.write_text(CLAIM.replace("}", ", note: It held.}"))
    assert judged()["half"][0] == "VERIFIED"


def test_other_seeds_are_an_edit() -> None:
    register()
    path = Path("config/studies/nano.yaml")
    path.write_text(path.read_text().replace("statistics: {", "statistics: {seed: 99, "))
    verdict, detail = judged()["half"]
    assert (verdict, "seeds.statistics.seed" in detail) == ("CLAIM_EDITED", True)


def test_a_removed_claim_is_a_finding() -> None:
    register()
    FILE.write_text("[]")
    assert judged() == {
        "half": ("CLAIM_REMOVED", "registered in line 1, but the file of claims does not hold it")
    }
    FILE.unlink()
    assert judged()["half"][0] == "CLAIM_REMOVED"


def test_a_record_that_is_gone_or_edited_is_a_finding() -> None:
    register()
    (made,) = registrations.read(ROOT)
    path, text = ROOT / made.place, (ROOT / made.place).read_text()
    path.write_text(text.replace("0.5", "0.6"))
    assert wrong_records() == [("RECORD_MISSING", made.place)]
    path.unlink()
    assert wrong_records() == [("RECORD_MISSING", made.place)]
    assert register() == 2
    path.write_text(text)
    (ROOT / "ledger.jsonl").unlink()
    assert wrong_records() == [("LEDGER_BROKEN", made.place)]


def test_a_claim_sealed_late_as_if_it_were_early_is_a_finding() -> None:
    register()
    (made,) = registrations.read(ROOT)
    shutil.rmtree(ROOT)
    ran()
    seal(ROOT)
    registrations.register(ROOT, [made.record])
    with_findings = check(
        Results(ROOT, Path(), nano(), [], path_digest),
        judge(read_files("nano"), {NUMBER: 0.5}, {}),
        planned(nano()),
    )
    assert [each.verdict for each in with_findings] == ["VERIFIED", "CLAIM_EDITED"]
    assert f"there was {TABLE}, sealed in line 1" in with_findings[1].detail


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        (
            f"- {{text: No id, value: 0.5, tolerance: 0.1, number: {NUMBER}}}",
            "claim 1 has no id; give it one",
        ),
        (
            CLAIM.replace("panel.base", "panle.base"),
            "no number 'pass@1.gsm8k_test.panle.base'; near it: pass@1",
        ),
        (CLAIM.replace("0.1", "1.0"), "why_wide"),
    ],
)
def test_what_cannot_be_registered_is_named(
    claims: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    FILE.write_text(claims)
    assert register() == 2
    assert said in capsys.readouterr().err
    assert read_lines(ROOT) == []


def test_the_report_says_when_each_claim_was_registered() -> None:
    register()
    ran()
    FILE.write_text(
        CLAIM
        + CLAIM.replace("half", "late")
        + CLAIM.replace("half", "edited").replace("panel", "think")
        + CLAIM.replace("half", "gone").replace("panel", "think")
    )
    register()
    FILE.write_text(
        CLAIM
        + CLAIM.replace("half", "late")
        + CLAIM.replace("half", "edited").replace("panel", "think").replace("0.5", "0.6")
        + CLAIM.replace("half", "never")
    )
    params = parameters("report", nano(), {})
    ran("arms/think/base/rollouts/gsm8k_test.parquet")
    seal(ROOT)
    # What runs later makes no registered claim look different.
    assert parameters("report", nano(), {}) == params
    given = ReportParams.from_params(json.loads(json.dumps(params)))
    rows = {row.claim.id: row.registered for row in lines(given.claims, Book({}), given.registrations)}
    assert rows == {
        "half": "Registered in line 1 of the ledger, before there was any result of its number.",
        "late": "Registered in line 3 of the ledger, when results of its number were there.",
        "edited": "Edited since it was registered in line 4 of the ledger.",
        "never": "Not registered: it may have been written when the results were there.",
        "gone": "Registered in line 5 of the ledger, and removed from the file of claims since.",
    }
