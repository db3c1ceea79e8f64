"""The claims about the collapse paper, judged from its tables without a run. Skipped without the tables."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from wideband.config import Study, load_study
from wideband.importers import read_tables
from wideband.metrics.bootstrap import Bootstrap
from wideband.numbers import NumberRecord, build
from wideband.numbers.claims import Claim, combined, judge, read_claims
from wideband.numbers.inputs import Tables
from wideband.numbers.plan import Request
from wideband.numbers.study import planned
from wideband.tables import write_table

ROOT = Path(__file__).parents[2]
STUDY = "published-collapse"
DATA = Path(os.environ.get("WIDEBAND_DATA", ROOT / "../shared/data")).resolve() / "published/collapse"
needs_tables = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no tables at {DATA}; set WIDEBAND_DATA to the folder above published/"
)
CONTRADICTED = {
    *("C12", "C19", "C21", "C28", "C32", "C36", "C39", "C49", "C50", "C52", "C53", "C54", "C65", "C79", "C82")
}
UNSUPPORTED = {"C81", "C83"}


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(STUDY, ROOT)


@pytest.fixture(scope="module")
def requests(study: Study) -> dict[str, Request]:
    return {request.id: request for request in planned(study)}


@pytest.fixture(scope="module")
def claims() -> list[Claim]:
    return read_claims(ROOT / f"config/claims/{STUDY}.yaml")


@pytest.fixture(scope="module")
def tables(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The imported tables, under one folder."""
    root = tmp_path_factory.mktemp("collapse")
    for entry in study.imports.results():
        for name, table in read_tables(DATA, entry, "plain", 0).items():
            write_table(table, root / entry.tables()[name], "metrics")
    return Tables(root)


@pytest.fixture(scope="module")
def records(requests: dict[str, Request], claims: list[Claim], tables: Tables) -> dict[str, NumberRecord]:
    """Those that claims name, and some more."""
    boot = Bootstrap(resamples=100)

    def made() -> Iterator[NumberRecord]:
        more = [f"sbert.loses_most.tasks.think.think_{stage}.ratios" for stage in ("sft", "dpo", "rl")]
        more += ["unmeasured.correct.rl_zero_if.zero", "unmeasured.tasks.think.base"]
        for name in dict.fromkeys([*(claim.number for claim in claims if claim.number), *more]):
            found = requests[name]
            yield build(name, found.estimator, found.args, found.paths, tables, boot)

    return {record.id: record for record in made()}


def test_every_claim_says_which_number_decides_it_or_what_it_would_take(
    claims: list[Claim], requests: dict[str, Request]
) -> None:
    assert {claim.number for claim in claims if claim.number} <= set(requests)
    assert all(claim.number or claim.needs for claim in claims)


@needs_tables
def test_every_claim_that_was_collected_is_on_file(claims: list[Claim]) -> None:
    collected = [row["id"] for row in csv.DictReader((DATA / "claims.csv").open(encoding="utf-8"))]
    assert list(dict.fromkeys(claim.statement_id for claim in claims)) == collected


@needs_tables
def test_each_claim_gets_its_verdict(claims: list[Claim], records: dict[str, NumberRecord]) -> None:
    statuses: dict[str, list[str]] = {}
    for claim in claims:
        statuses.setdefault(claim.statement_id, []).append(judge(claim, records).status)
    found = {name: combined(each) for name, each in statuses.items()}
    assert {name for name, status in found.items() if status == "CLAIM_CONTRADICTED"} == CONTRADICTED
    assert {name for name, status in found.items() if status == "CLAIM_UNSUPPORTED"} == UNSUPPORTED


@needs_tables
def test_all_nineteen_tables_are_imported(study: Study) -> None:
    named = {path for path in study.imports.sources() if path.startswith("tables/table")}
    assert named == {f"tables/{path.name}" for path in (DATA / "tables").glob("table*.csv")}
    assert len(named) == 19


@needs_tables
def test_stages_are_attributed_as_the_paper_prints_them(
    study: Study, requests: dict[str, Request], tables: Tables
) -> None:
    """Table 18 cell by cell, within its rounding."""
    boot = Bootstrap(resamples=100)
    for row in csv.DictReader((DATA / "tables/table18_stage_attribution.csv").open(encoding="utf-8")):
        if row["task"] not in ("GSM8K", "PRISM", "IFEval"):
            continue
        for column, step in (
            ("Think/SFT", "think.think_sft-base"),
            ("Instruct/DPO", "instruct.instruct_dpo-instruct_sft"),
        ):
            found = requests[f"sbert.change.tasks.{step}.{row['task'].lower()}"]
            record = build(found.id, found.estimator, found.args, found.paths, tables, boot)
            assert record.value == pytest.approx(float(row[column]), abs=0.55) and record.ci is None


@needs_tables
def test_what_loses_most_is_sure_and_missing_cells_are_counted(records: dict[str, NumberRecord]) -> None:
    shares = [
        records[f"sbert.loses_most.tasks.think.think_{stage}.ratios"].value for stage in ("sft", "dpo", "rl")
    ]
    assert shares == [1, 0, 0]
    assert records["unmeasured.correct.rl_zero_if.zero"].value == 2
    assert records["unmeasured.tasks.think.base"].value == 0
