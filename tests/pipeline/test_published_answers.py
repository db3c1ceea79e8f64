"""The answer-diversity release from its tables to the report. Skipped without the files."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from chromium import browser
from report_check import faults
from workflow import ROOT, TRACEBACK, Copy

from wideband.config import load_study
from wideband.numbers import NumberRecord, read_records
from wideband.numbers.claims import Claim, combined, judge, read_claims
from wideband.numbers.study import planned

STUDY = "published-answer-diversity"
DATA = Path(os.environ.get("WIDEBAND_DATA", ROOT / "../shared/data")).resolve() / "published/answer-diversity"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(),
    reason=f"no published files at {DATA}; set WIDEBAND_DATA to the folder above published/",
)
CONTRADICTED = {"A08", "A16", "A24", "A37", "A52"}
UNSUPPORTED = {"A22", "A23", "A29", "A38", "A39", "A40", "A41", "A46", "A50", "A51"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which the study ran; whatever imports a model library fails."""
    made = Copy(tmp_path_factory.mktemp("answers"))
    made.write_study(STUDY, STUDY, imports__root=str(DATA))
    (made.root / "without").mkdir()
    for name in ("torch", "transformers", "sentence_transformers"):
        text = "raise RuntimeError('a model library was imported')\n"
        (made.root / "without" / f"{name}.py").write_text(text)
    said = made.snakemake(STUDY, "--cores", "2", PYTHONPATH=str(made.root / "without"))
    assert said.returncode == 0, said.stdout[-6000:]
    assert TRACEBACK not in said.stdout
    return made


@pytest.fixture(scope="module")
def records(copy: Copy) -> dict[str, NumberRecord]:
    return {record.id: record for record in read_records(copy.results(STUDY) / "numbers.jsonl")}


@pytest.fixture(scope="module")
def claims(copy: Copy) -> dict[str, list[Claim]]:
    """Claims by what was said, the parts of one together."""
    found: dict[str, list[Claim]] = {}
    for claim in read_claims(copy.root / f"config/claims/{STUDY}.yaml"):
        found.setdefault(claim.statement_id, []).append(claim)
    return found


def rows(path: str) -> list[dict[str, str]]:
    """The rows of a published table."""
    return list(csv.DictReader((DATA / path).open(encoding="utf-8")))


def test_every_number_is_there(copy: Copy, records: dict[str, NumberRecord]) -> None:
    assert set(records) == {request.id for request in planned(load_study(STUDY, copy.root))}


def test_every_claim_of_the_release_is_on_file(claims: dict[str, list[Claim]]) -> None:
    assert list(claims) == [row["id"] for row in rows("claims.csv")]


def test_each_claim_gets_its_verdict(
    claims: dict[str, list[Claim]], records: dict[str, NumberRecord]
) -> None:
    found = {name: combined(judge(part, records).status for part in parts) for name, parts in claims.items()}
    assert {name for name, status in found.items() if status == "CLAIM_CONTRADICTED"} == CONTRADICTED
    assert {name for name, status in found.items() if status == "CLAIM_UNSUPPORTED"} == UNSUPPORTED


def test_numbers_agree_with_what_the_release_computed_itself(records: dict[str, NumberRecord]) -> None:
    names = {"baseline_T1.0": "qwen.base", "baseline_T1.5": "qwen_hot.base", "trained_T1.0": "qwen.integers"}
    for row in rows("bee_v0_4_2_path_diversity/data/path_diversity_summary.csv"):
        cell = f"gsm8k_25.{names[row['condition']]}"
        assert records[f"signatures.{cell}"].value == pytest.approx(float(row["mean_distinct_path"]))
        assert records[f"n_correct.{cell}"].value == pytest.approx(float(row["mean_n_correct"]))
        for end, column in (("low", "distinct_path_95_lo"), ("high", "distinct_path_95_hi")):
            found = records[f"published_{end}.signatures.{cell}"].value
            assert found == pytest.approx(float(row[column]), abs=1e-9)
    for row in rows("tables/blog_sampled.csv"):
        group = row["task"].removeprefix("random_").replace("int_1_100", "integer").replace("color", "colour")
        floor = records[f"variation_floor.sampled.qwen.base.{group}"].value
        assert floor == pytest.approx(float(row["uniform_mean"]), abs=3e-3)


def test_the_first_page_goes_claim_by_claim_and_all_pages_are_quiet(copy: Copy) -> None:
    site = copy.results(STUDY) / "report"
    html = (site / "index.html").read_text(encoding="utf-8")
    assert html.count('data-claim="') == len(rows("claims.csv"))
    assert html.count('data-verdict="CLAIM_CONTRADICTED"') == len(CONTRADICTED)
    with browser() as chromium:
        assert faults(chromium, site, 390) == []


def test_the_audit_verifies_every_number_and_judges_every_claim(
    copy: Copy, claims: dict[str, list[Claim]]
) -> None:
    called = [sys.executable, "-m", "wideband.cli", "audit", "--study", STUDY]
    environment = {**os.environ, "PYTHONPATH": str(copy.root / "workflow_scripts")}
    subprocess.run(called, cwd=copy.root, env=environment, capture_output=True, check=False)
    found = json.loads((copy.results(STUDY) / "audit/audit.json").read_text(encoding="utf-8"))
    assert {number["status"] for number in found["numbers"]} == {"VERIFIED"}
    codes = Counter(finding["code"] for finding in found["findings"])
    assert set(codes) == {"CLAIM_CONTRADICTED", "CLAIM_UNSUPPORTED"}
    assert codes["CLAIM_CONTRADICTED"] == len(CONTRADICTED)
    parts = [part for name in UNSUPPORTED for part in claims[name]]
    assert codes["CLAIM_UNSUPPORTED"] == len(parts)
