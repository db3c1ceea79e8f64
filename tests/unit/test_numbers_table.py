"""`wideband numbers`: every record is a row that says what the record says."""

import csv
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from report_results import REPO

from wideband.cli import main
from wideband.numbers import NumberRecord, write_records
from wideband.numbers.record import Input

TOLD = {"unit": "fraction", "estimator": "passk.mean", "seed": 7, "fingerprint": "f"}
TABLE = Input("metrics/passk/a/base/quiz.parquet", "d", 3)
RECORDS = [
    NumberRecord("pass@1.quiz.a.base", 1 / 3, ci=(0.1, 0.9), n=3, args={"k": 1}, inputs=(TABLE,), **TOLD),
    NumberRecord("open.quiz.a.base", 2.0, ci=(1.0, None), n=3, args={}, inputs=(TABLE, TABLE), **TOLD),
    NumberRecord('none, "quoted"\nid', None, ci=None, n=0, args={}, inputs=(), **{**TOLD, "seed": None}),
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with the nano study, whose results are three number records."""
    monkeypatch.chdir(tmp_path)
    for folder in ("config/studies", "config/prompts", "config/deepspeed"):
        shutil.copytree(REPO / folder, folder)
    write_records(RECORDS, Path("results/nano/numbers.jsonl"))


def test_csv_holds_every_digit_and_leaves_null_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["numbers", "--study", "nano", "--csv", "out/numbers.csv"]) == 0
    assert capsys.readouterr().out == "out/numbers.csv: 3 numbers\n"
    with open("out/numbers.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [record.id for record in RECORDS]
    assert float(rows[0]["value"]) == 1 / 3 and (rows[0]["low"], rows[0]["high"]) == ("0.1", "0.9")
    assert (rows[1]["has_interval"], rows[1]["low"], rows[1]["high"]) == ("true", "1", "")
    assert (rows[2]["value"], rows[2]["has_interval"], rows[2]["seed"]) == ("", "false", "")
    assert rows[1]["inputs"].splitlines() == [TABLE.path, TABLE.path]


def test_parquet_holds_the_same() -> None:
    assert main(["numbers", "--study", "nano", "--parquet", "numbers.parquet"]) == 0
    rows = pq.read_table("numbers.parquet").to_pylist()
    assert [(row["id"], row["value"], row["n"]) for row in rows] == [(r.id, r.value, r.n) for r in RECORDS]
    assert (rows[1]["high"], rows[2]["value"], rows[0]["args"]) == (None, None, '{"k": 1}')


def test_without_a_file_it_says_what_to_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["numbers", "--study", "nano"]) == 2
    said = capsys.readouterr().err
    assert said == "error: wideband numbers: name a file, --csv FILE or --parquet FILE, or both\n"
