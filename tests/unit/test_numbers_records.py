"""Number records: their file, the registry of estimators, recomputing."""

import dataclasses
import json
import math
from pathlib import Path

import pytest
from metric_tables import verdicts

from wideband.audit.recompute import read_records as audited
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.passk import passk_table
from wideband.numbers import NumberError, NumberRecord, build, read_records, recompute, write_records
from wideband.numbers.estimators import passk
from wideband.numbers.inputs import Tables, table_name
from wideband.numbers.record import finite, finite_interval
from wideband.numbers.registry import ESTIMATORS, estimator
from wideband.provenance.digests import file_digest
from wideband.tables import TableError, write_table

PATH = "metrics/passk/panel/base/test.parquet"
BOOT = Bootstrap(resamples=100)
OUTCOMES = {"a": [True, False], "b": [True, True], "c": [False]}


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """A results folder with one passk table."""
    write_table(passk_table(verdicts(OUTCOMES)), tmp_path / PATH, "metrics")
    return Tables(tmp_path)


def test_a_record_says_how_its_value_came_about(tables: Tables) -> None:
    record = build("pass@1.test.panel.base", "passk.mean", {"k": 1}, [PATH], tables, BOOT, "code")
    assert record.value == 0.5 and record.n == 3 and record.unit == "fraction" and record.seed == 7
    assert record.args == {"k": 1, "confidence": 0.95, "resamples": 100}
    assert record.inputs[0].digest == file_digest(tables.root / PATH)
    assert (record.inputs[0].path, record.inputs[0].rows) == (PATH, 9)
    assert record.fingerprint == "code"


def test_a_record_read_back_recomputes_to_the_same(tables: Tables) -> None:
    record = build("pass@1.test.panel.base", "passk.mean", {"k": 1}, [PATH], tables, BOOT)
    write_records([record], tables.root / "numbers.jsonl")
    (back,) = read_records(tables.root / "numbers.jsonl")
    assert back == record
    assert recompute(back, tables.root) == (record.value, record.ci)


def _family(tables: Tables) -> list[NumberRecord]:
    """Both tests of a family of two, over the same tables."""
    other = "metrics/passk/think/base/test.parquet"
    write_table(passk_table(verdicts({**OUTCOMES, "c": [True]}, arm="think")), tables.root / other, "metrics")
    names, paths = ["one.p_holm", "other.p_holm"], [other, PATH, PATH, other]
    args = {"metric": "pass@1", "family": names}
    return [
        build(name, "paired.holm_p", {**args, "member": at}, paths, tables, BOOT)
        for at, name in enumerate(names)
    ]


def test_what_a_family_of_tests_shares_is_written_by_its_first(tables: Tables) -> None:
    family, path = _family(tables), tables.root / "numbers.jsonl"
    write_records(family, path)
    text = path.read_text()
    assert text.count('"digest"') == 4 and text.count('"other.p_holm"') == 2
    assert read_records(path) == family
    assert [recompute(each, tables)[0] for each in read_records(path)] == [each.value for each in family]
    write_records(family[1:], path)
    assert read_records(path) == family[1:]


def test_a_test_whose_family_no_line_before_says_is_no_record(tables: Tables) -> None:
    path = tables.root / "numbers.jsonl"
    write_records(_family(tables), path)
    path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))
    with pytest.raises(NumberError, match=r"numbers\.jsonl:1: not a number record"):
        read_records(path)
    found, wrong = audited(tables.root)
    assert list(found) == ["one.p_holm"] and [each.code for each in wrong] == ["NUMBER_MISMATCH"]


def test_recomputing_notices_changed_samples(tables: Tables) -> None:
    record = build("pass@1.test.panel.base", "passk.mean", {"k": 1}, [PATH], tables, BOOT)
    write_table(passk_table(verdicts({**OUTCOMES, "c": [True]})), tables.root / PATH, "metrics")
    assert recompute(record, tables.root)[0] == pytest.approx(2.5 / 3)


def test_the_seed_decides_the_interval(tables: Tables) -> None:
    record = build("x", "passk.mean", {"k": 1}, [PATH], tables, BOOT)
    seeds = {recompute(dataclasses.replace(record, seed=seed), tables)[1] for seed in range(30)}
    assert len(seeds) > 1


def test_undefined_values_are_null_in_strict_json(tables: Tables) -> None:
    record = build("pass@9.test.panel.base", "passk.mean", {"k": 9}, [PATH], tables, BOOT)
    assert record.value is None and record.ci is None and record.n == 0
    assert json.loads(record.to_json())["value"] is None
    assert finite(math.inf) is None and finite_interval((1.0, math.inf)) == (1.0, None)
    assert finite_interval((math.nan, math.nan)) is None


def test_two_records_of_one_id_are_an_error(tables: Tables) -> None:
    record = build("pass@1.test.panel.base", "passk.mean", {"k": 1}, [PATH], tables, BOOT)
    path = tables.root / "numbers.jsonl"
    with pytest.raises(NumberError, match=r"pass@1\.test\.panel\.base.*twice"):
        write_records([record, record], path)
    assert not path.exists()


@pytest.mark.parametrize("line", ['{"id": "x", "val', "{}", "[]", '{"id": "x", "inputs": [{}], "ci": null}'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "numbers.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(NumberError, match=r"numbers\.jsonl:1"):
        read_records(path)


def test_missing_files_say_what_to_run(tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(NumberError, match="run the rule `numbers`"):
        read_records(tmp_path / "none.jsonl")
    with pytest.raises(TableError, match="run the rule that writes it"):
        build("x", "passk.mean", {"k": 1}, ["metrics/passk/panel/base/none.parquet"], tables, BOOT)


def test_unknown_estimators_and_args_are_errors(tables: Tables) -> None:
    with pytest.raises(NumberError, match=r"no estimator is called 'passk\.median'"):
        build("x", "passk.median", {}, [PATH], tables, BOOT)
    with pytest.raises(NumberError, match="missing a required argument: 'k'"):
        build("x", "passk.mean", {}, [PATH], tables, BOOT)
    record = build("x", "passk.mean", {"k": 1}, [PATH], tables, BOOT)
    with pytest.raises(NumberError, match="needs a seed"):
        recompute(dataclasses.replace(record, seed=None), tables)


def test_an_estimator_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        estimator("accuracy.gain", unit="fraction", source="again")(passk.gain)
    assert all(each.source for each in ESTIMATORS.values())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("metrics/cost/panel/base/x.parquet", "metrics"),
        ("data/x.parquet", "problems"),
        ("arms/panel/base/rollouts/x.parquet", "rollouts"),
        ("arms/panel/olympiad_rlvr@10/band/x.parquet", "band"),
        ("arms/panel/gsm8k_warmup/training_log.parquet", "training_log"),
    ],
)
def test_a_path_says_its_table(path: str, name: str) -> None:
    assert table_name(path) == name


def test_a_path_elsewhere_is_an_error() -> None:
    with pytest.raises(NumberError, match=r"report/x\.parquet"):
        table_name("report/x.parquet")
