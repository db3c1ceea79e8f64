"""Reading and writing tables: validated on both sides, written whole or not at all."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..provenance.atomic import atomic_path
from ..provenance.reads import announce
from .schemas import SCHEMAS


class TableError(ValueError):
    """A table that does not keep its contract; the message names file, column and key."""


def write_table(frame: pd.DataFrame, path: str | Path, table: str) -> None:
    """Write `frame` as the named table in Parquet, after checking it, atomically."""
    schema = SCHEMAS[table]
    checked = _checked(frame, table, str(path))
    # pandas holds a column without any list as numbers that are missing.
    lists = [name for name, kind in schema.columns.items() if pa.types.is_list(kind)]
    checked = checked.astype(dict.fromkeys(lists, object))
    arrow = pa.Table.from_pandas(checked, schema=schema.arrow(), preserve_index=False)
    with atomic_path(path) as temporary:
        pq.write_table(arrow.replace_schema_metadata(None), temporary, compression="zstd")


def read_table(path: str | Path, table: str) -> pd.DataFrame:
    """Read the named table and check it; a column that came with a later version is null.

    Raises TableError for a truncated or foreign file.
    """
    announce(path)
    try:
        frame = pq.read_table(path, partitioning=None).to_pandas()
    except FileNotFoundError:
        raise TableError(f"{path}: no such table; run the rule that writes it") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path}: not a readable Parquet file ({error}); delete it and rerun") from error
    absent = SCHEMAS[table].later - set(frame.columns)
    return _checked(frame.assign(**dict.fromkeys(absent)), table, str(path))


def _checked(frame: pd.DataFrame, table: str, path: str) -> pd.DataFrame:
    schema = SCHEMAS[table]
    missing = [name for name in schema.columns if name not in frame.columns]
    foreign = [name for name in frame.columns if name not in schema.columns]
    if missing or foreign:
        raise TableError(f"{path}: table '{table}' misses columns {missing}, has unknown columns {foreign}")
    for name in schema.columns:
        if name not in schema.nullable and frame[name].isna().any():
            key = frame.loc[frame[name].isna(), list(schema.key)].iloc[0].to_dict()
            raise TableError(f"{path}: column '{name}' is empty at {key}")
    doubled = frame.duplicated(list(schema.key))
    if doubled.any():
        key = frame.loc[doubled, list(schema.key)].iloc[0].to_dict()
        raise TableError(f"{path}: duplicate key {key}")
    return frame[list(schema.columns)]
