"""The published study from its files to the report, no model library in reach. Skipped without the files."""

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import browser
from report_check import faults
from workflow import ROOT, TRACEBACK, Copy

from wideband.config import load_study
from wideband.numbers import NumberRecord, read_records
from wideband.numbers.claims import Claim, judge, read_claims
from wideband.numbers.study import planned
from wideband.provenance.manifest import read_manifest
from wideband.tables import read_table, write_table

DATA = Path(os.environ.get("WIDEBAND_DATA", ROOT / "../shared/data")).resolve() / "published/multi-model"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(),
    reason=f"no published files at {DATA}; set WIDEBAND_DATA to the folder above published/",
)
SOURCES = ("aime", "amc", "hmmt", "olympiadbench")
CONTRADICTED = {"c02", "c03", "c04", "c30"}
UNSUPPORTED = {f"c{place:02}" for place in (5, 6, 7, 8, 11, 12, 14, *range(16, 24))} | {"s05"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which the study ran; whatever imports a model library fails."""
    made = Copy(tmp_path_factory.mktemp("published"))
    made.write_study("published", "published", imports__root=str(DATA))
    for name in ("torch", "transformers", "sentence_transformers"):
        (made.root / "without" / f"{name}.py").parent.mkdir(exist_ok=True)
        (made.root / "without" / f"{name}.py").write_text(
            "raise RuntimeError('a model library was imported')\n"
        )
    said = made.snakemake("published", "--cores", "2", PYTHONPATH=str(made.root / "without"))
    (made.root / "said.txt").write_text(said.stdout)
    assert said.returncode == 0, said.stdout[-6000:]
    return made


@pytest.fixture(scope="module")
def results(copy: Copy) -> Path:
    return copy.results("published")


@pytest.fixture(scope="module")
def records(results: Path) -> dict[str, NumberRecord]:
    return {record.id: record for record in read_records(results / "numbers.jsonl")}


@pytest.fixture(scope="module")
def claims(copy: Copy) -> list[Claim]:
    return read_claims(copy.root / "config/claims/published.yaml")


def test_every_number_is_there_and_nothing_is_stale(copy: Copy, records: dict[str, NumberRecord]) -> None:
    study = load_study("published", copy.root)
    assert set(records) == {request.id for request in planned(study, SOURCES)}
    logs = copy.results("published") / "logs"
    assert [path for path in logs.rglob("*.log") if TRACEBACK in path.read_text()] == []
    assert TRACEBACK not in (copy.root / "said.txt").read_text()
    assert copy.plan("published").jobs == []


def test_every_claim_of_the_release_is_on_file(claims: list[Claim]) -> None:
    said = {row["id"]: row for row in csv.DictReader((DATA / "claims.csv").open())}
    ours = {claim.id: claim for claim in claims if claim.id in said}
    assert ours.keys() == said.keys()
    for name, row in said.items():
        value = {"true": 1.0}.get(row["value"]) or float(row["value"])
        shown = value / 100 if row["unit"] == "percent" else value
        assert ours[name].value == pytest.approx(shown), name


def test_each_claim_gets_its_verdict(claims: list[Claim], records: dict[str, NumberRecord]) -> None:
    found = {claim.id: judge(claim, records).status for claim in claims}
    assert {name for name, status in found.items() if status == "CLAIM_CONTRADICTED"} == CONTRADICTED
    assert {name for name, status in found.items() if status == "CLAIM_UNSUPPORTED"} == UNSUPPORTED


def test_numbers_agree_with_what_the_release_computed_itself(records: dict[str, NumberRecord]) -> None:
    summary = json.loads((DATA / "reports/eval_math500_vibecheck/panel_l5_full/summary.json").read_text())
    rate = records["hit_rate.math500_level5.panel.math_continuation"]
    assert rate.value == pytest.approx(summary["avg_hit_rate"])
    # Its interval takes 1.96 for the quantile.
    assert rate.ci == pytest.approx(tuple(summary["wilson_ci95"]), abs=1e-5)
    split = json.loads((DATA / "data/olympiad_pool/split_summary.json").read_text())
    cell = "band_contingency.olympiad_pool.panel-thinking.gsm8k_warmup-base"
    counts = {name: split["joint_bands"].get(name.replace("+", "__"), 0) for name in _pairs()}
    assert {name: records[f"{cell}.{name}"].value for name in counts} == counts
    trained = json.loads((DATA / "reports/olympiad_panel_only/summary.json").read_text())
    for source, gain in trained["per_source_final_vs_initial"].items():
        found = records[f"gain.olympiad_heldout.panel.olympiad_rlvr@90-math_continuation.{source}"]
        assert 100 * found.value == pytest.approx(gain["delta_pp"])


def _pairs() -> list[str]:
    bands = ("all_zero", "variance_band", "all_one")
    return [f"{first}+{second}" for first in bands for second in bands]


def test_training_splits_made_here_are_the_published_ones(results: Path) -> None:
    for arm, size in (("panel", 354), ("thinking", 180)):
        rows = (DATA / f"data/olympiad_pool/{arm}_train.jsonl").read_text().splitlines()
        made = read_table(results / f"data/{arm}_band_train.parquet", "problems")
        assert {json.loads(row)["uid"] for row in rows} == set(made["uid"])
        assert len(made) == size


def test_manifests_name_source_and_licence(results: Path) -> None:
    table = results / "arms/panel/gsm8k_warmup/verdicts/olympiad_pool.parquet"
    notes = read_manifest(table)["notes"]
    path = "reports/variance_band/panel_g8/per_problem.jsonl"
    assert notes["licence"] == "MIT"
    source = read_manifest(results / "sources" / path)
    assert notes["source"][path] == source["output"]["digest"]
    assert source["notes"]["origins"][path] == str(DATA / path)


def test_the_first_page_goes_claim_by_claim(results: Path, claims: list[Claim]) -> None:
    html = (results / "report/index.html").read_text()
    rows = dict(re.findall(r'data-claim="(\w+)" data-verdict="(\w+)"', html))
    assert list(rows) == [claim.id for claim in claims]
    assert rows["c02"] == "CLAIM_CONTRADICTED"
    (row,) = re.findall(r'<tr id="c02".*?</tr>', html)
    assert "0.75" in row and "0.9086" in row
    assert re.search(r'href="\w+\.html#hit_rate\.math500_level5\.thinking\.base"', row)
    assert 'id="audit"' in html
    assert "raw completions (rollouts.jsonl) were never published" in html


@pytest.fixture(scope="module")
def faulty(results: Path) -> Iterator[list[str]]:
    with browser() as chromium:
        yield faults(chromium, results / "report", 390)


def test_the_report_is_drawn_and_quiet(faulty: list[str]) -> None:
    assert faulty == []


def audited(copy: Copy, level: int) -> dict[str, Any]:
    """What the audit says of the study up to a level, numbers by id."""
    called = [sys.executable, "-m", "wideband.cli", "audit", "--study", "published", f"--level={level}"]
    environment = {**os.environ, "PYTHONPATH": str(copy.root / "workflow_scripts")}
    subprocess.run(called, cwd=copy.root, env=environment, capture_output=True, check=False)
    return json.loads((copy.results("published") / "audit/audit.json").read_text())


def test_the_audit_verifies_every_number_and_judges_every_claim(copy: Copy) -> None:
    found = audited(copy, 6)
    assert {number["status"] for number in found["numbers"]} == {"VERIFIED"}
    codes = Counter(finding["code"] for finding in found["findings"])
    assert codes == {"CLAIM_CONTRADICTED": len(CONTRADICTED), "CLAIM_UNSUPPORTED": len(UNSUPPORTED)}


def test_the_audit_notices_a_table_that_is_not_what_its_file_says(copy: Copy, results: Path) -> None:
    path = results / "arms/panel/math_continuation/verdicts/math500_50.parquet"
    before, verdicts = path.read_bytes(), read_table(path, "verdicts")
    write_table(verdicts.assign(correct=True), path, "verdicts")
    try:
        found = [finding for finding in audited(copy, 2)["findings"] if "verdicts" in (finding["file"] or "")]
    finally:
        path.write_bytes(before)
    assert {"OUTPUT_TAMPERED", "ROOT_DATA_MISMATCH"} <= {finding["code"] for finding in found}


def test_without_files_and_release_it_is_said_how_to_get_them(copy: Copy, tmp_path: Path) -> None:
    release = {"repo": "nobody-at-all/no-such-repository", "commit": "a" * 40}
    changes = {"imports__root": str(tmp_path / "nowhere"), "imports__release": release}
    copy.write_study("moved", "published", **changes)
    said = copy.snakemake("moved", "--cores", "1")
    assert said.returncode != 0
    assert "no such file, and fetching https://raw.githubusercontent.com/nobody-at-all/" in said.stdout
    assert "git clone https://github.com/nobody-at-all/no-such-repository" in said.stdout
    assert TRACEBACK not in said.stdout
