"""Real problems through every rule. Skipped where the benchmark files are absent."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from chromium import browser
from report_check import faults
from workflow import ROOT, TRACEBACK, Copy

from wideband.config import load_study
from wideband.numbers import read_records
from wideband.numbers.study import planned
from wideband.tables import read_table

DATA = Path(os.environ.get("WIDEBAND_DATA", ROOT / "../shared/data")).resolve()
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no benchmark files at {DATA}; set WIDEBAND_DATA to their folder"
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which the study ran on the real files."""
    made = Copy(tmp_path_factory.mktemp("real"))
    made.write_study("real-smoke", "real-smoke", data__root=str(DATA))
    said = made.snakemake("real-smoke", "--cores", "2")
    (made.root / "said.txt").write_text(said.stdout)
    assert said.returncode == 0, said.stdout[-6000:]
    return made


@pytest.fixture(scope="module")
def results(copy: Copy) -> Path:
    return copy.results("real-smoke")


def test_every_number_is_there(copy: Copy, results: Path) -> None:
    study = load_study("real-smoke", copy.root)
    sources = sorted(read_table(results / "data/olympiad_pool.parquet", "problems")["source"].unique())
    assert {record.id for record in read_records(results / "numbers.jsonl")} == {
        request.id for request in planned(study, sources)
    }


def test_the_problems_are_the_real_ones(results: Path) -> None:
    rows = [json.loads(line) for line in (DATA / "gsm8k/test.jsonl").read_text().splitlines()]
    questions = {" ".join(row["question"].split()) for row in rows}
    drawn = read_table(results / "data/gsm8k_test.parquet", "problems")["problem"]
    assert {" ".join(text.split()) for text in drawn} < questions


def test_every_gold_was_accepted_before_anything_was_sampled(results: Path) -> None:
    golds = sorted((results / "data").glob("*.golds.json"))
    assert len(golds) == 6
    for path in golds:
        assert sum(json.loads(path.read_text())["statuses"].values()) > 0


def test_an_empty_band_is_a_warning_and_the_pool_is_trained_on(results: Path) -> None:
    for arm in ("panel", "think"):
        band = read_table(results / f"arms/{arm}/math_continuation/band/olympiad_pool.parquet", "band")
        said = (results / f"logs/band_train/{arm}.log").read_text()
        train = read_table(results / f"data/{arm}_band_train.parquet", "problems")
        assert len(train) > 0
        if (band["band"] == "variance_band").any():
            assert "band.if_empty" not in said
        else:
            assert "no variance-band problem left" in said and "band.if_empty: pool" in said


def test_held_out_problems_are_not_trained_on(results: Path) -> None:
    heldout = set(read_table(results / "data/olympiad_heldout.parquet", "problems")["problem"])
    trained = pd.concat(
        read_table(results / f"data/{arm}_band_train.parquet", "problems") for arm in ("panel", "think")
    )
    assert not heldout & set(trained["problem"])


def test_no_job_said_a_traceback(copy: Copy, results: Path) -> None:
    assert [path for path in (results / "logs").rglob("*.log") if TRACEBACK in path.read_text()] == []
    assert TRACEBACK not in (copy.root / "said.txt").read_text()


@pytest.fixture(scope="module")
def faulty(results: Path) -> Iterator[list[str]]:
    with browser() as chromium:
        yield faults(chromium, results / "report")


def test_the_report_of_a_run_without_successes_is_drawn_and_quiet(faulty: list[str]) -> None:
    assert faulty == []
