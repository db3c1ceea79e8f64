"""Number records as one table, a row each, for spreadsheets and data frames."""

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from ..numbers import NumberRecord
from ..provenance.atomic import atomic_path

# `low` and `high` are the interval; null with `has_interval` is an end that is unbounded.
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "value": pa.float64(),
        "unit": pa.string(),
        "has_interval": pa.bool_(),
        "low": pa.float64(),
        "high": pa.float64(),
        "n": pa.int64(),
        "estimator": pa.string(),
        "args": pa.string(),
        "seed": pa.int64(),
        "inputs": pa.string(),
        "fingerprint": pa.string(),
    }
)


def table(records: Iterable[NumberRecord]) -> pa.Table:
    """The records in their order; `args` is JSON, `inputs` the paths in the study's folder, one a line."""
    return pa.Table.from_pylist([_row(record) for record in records], schema=SCHEMA)


def write_csv(found: pa.Table, place: Path) -> None:
    """Write a table as CSV with a header, every digit of a number kept; null is an empty cell."""
    with atomic_path(place) as temporary:
        pyarrow.csv.write_csv(found, temporary)


def write_parquet(found: pa.Table, place: Path) -> None:
    """Write a table as Parquet."""
    with atomic_path(place) as temporary:
        pq.write_table(found, temporary)


def _row(record: NumberRecord) -> dict[str, object]:
    low, high = record.ci or (None, None)
    return {
        **{name: getattr(record, name) for name in ("id", "value", "unit", "n", "estimator", "seed")},
        "has_interval": record.ci is not None,
        "low": low,
        "high": high,
        "args": json.dumps(record.args, ensure_ascii=False),
        "inputs": "\n".join(table.path for table in record.inputs),
        "fingerprint": record.fingerprint,
    }
