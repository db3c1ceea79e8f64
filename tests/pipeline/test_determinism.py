"""A line of jobs run twice, elsewhere and in another order, gives the same bytes."""

from collections.abc import Iterable
from pathlib import Path

from workflow import Copy

from wideband.numbers import NumberRecord, read_records
from wideband.provenance.digests import path_digest
from wideband.provenance.manifest import read_manifest

# The one table with wall-clock columns, and the numbers that are made of them.
TIMED_TABLE, TIMED_NUMBER = "training_log.parquet", "train_seconds."

# All that write tables or models, of nano's.
RULES = {"slice", "heldout", "base", "train", "sample", "grade", "band", "band_train", "embed"}
RULES |= {"passk", "diversity", "cost"}


def outputs(copy: Copy) -> dict[str, str]:
    """Digest of every table, adapter and model by its path."""
    root = copy.results("nano")
    tables = [path for path in root.rglob("*.parquet") if path.name != TIMED_TABLE]
    adapters = [path for path in root.glob("arms/*/*/adapter") if path.is_dir()]
    found = [*tables, *adapters, root / "models" / "nano"]
    return {str(path.relative_to(root)): path_digest(path) for path in found}


def numbers(copy: Copy) -> dict[str, tuple]:
    """What every number says, and the digests of what it was computed from."""
    records = read_records(copy.results("nano") / "numbers.jsonl")
    return {record.id: _said(record) for record in records if not record.id.startswith(TIMED_NUMBER)}


def _said(record: NumberRecord) -> tuple:
    inputs = [each for each in record.inputs if Path(each.path).name != TIMED_TABLE]
    return record.value, record.ci, record.n, record.estimator, record.fingerprint, tuple(inputs)


def again(nano: Copy, twin: Copy, names: Iterable[str]) -> set[str]:
    """Rules of the jobs that ran once more."""
    pairs = (tuple(read_manifest(copy.results("nano") / name) for copy in (nano, twin)) for name in names)
    return {one["rule"] for one, two in pairs if one["started"] != two["started"]}


def test_a_second_run_gives_identical_models_adapters_rollouts_and_metrics(nano: Copy, twin: Copy) -> None:
    one, two = outputs(nano), outputs(twin)
    assert one.keys() == two.keys()
    assert again(nano, twin, one) == RULES
    assert len([name for name in one if name.endswith("adapter")]) == 8
    assert len([name for name in one if "/rollouts/" in name]) == 31
    assert [name for name in one if one[name] != two[name]] == []


def test_a_second_run_gives_identical_numbers(nano: Copy, twin: Copy) -> None:
    one, two = numbers(nano), numbers(twin)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
