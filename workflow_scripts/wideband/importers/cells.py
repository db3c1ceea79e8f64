"""Format `cells`: measured values, one row per item and condition.

    condition,problem_idx,k,n_correct,n_distinct_path
    trained_T1.0,0,10,10,10

CSV, JSONL, JSON or Parquet. `where` takes the rows of one condition, `uid` says which item a row is about,
and `columns` which of its columns is which metric. Any name will do for a metric; numbers know more about
those of `wideband.metrics.imported_names`. n, the draws behind a value, is the field n (or n_samples), or
the one that `fields: {n: …}` names; 0 where a file has none. A null or empty value is one that could not be
measured.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from ..config.import_file import Import
from ..metrics.per_problem import long_table
from .errors import ImportFileError
from .files import read_rows
from .row import Row, uid_of, unique


def read_cells(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The table of values per item. Raises ImportFileError naming file and row."""
    return {"imported": cell_table(path, read_rows(path, where=entry.where), entry)}


def cell_table(path: Path, rows: list[Row], entry: Import) -> pd.DataFrame:
    """The table of values out of rows, one an item."""
    rows = sorted(rows, key=lambda row: uid_of(row, entry.uid))
    uids = [uid_of(row, entry.uid) for row in rows]
    unique(rows, uids)
    draws = entry.names("n", "n", "n_samples")
    n = np.array([row.whole(*draws) if row.has(*draws) else 0 for row in rows])
    columns = {metric: (_values(path, rows, name), n) for name, metric in entry.columns.items()}
    whose = {"arm": entry.arm, "checkpoint": entry.checkpoint, "slice": entry.slice}
    return long_table(whose, np.array(uids, dtype=object), columns)


def _values(path: Path, rows: list[Row], name: str) -> np.ndarray:
    if not any(name in row.fields for row in rows):
        raise ImportFileError(
            f"{path}: no row has a column '{name}'; rows have {', '.join(sorted(rows[0].fields))}: say in "
            "`columns` which to read"
        )
    return np.array([row.real(name) if row.has(name) else np.nan for row in rows], dtype=float)
