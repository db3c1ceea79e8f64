"""Format `metrics`: measured values, one problem a row.

    {"uid": "test/algebra/24.json", "n_samples": 4, "mean_pairwise_dist": 0.051, "distinct_strategies": 1}

JSONL or JSON as for `counts`. The study's `columns` say which column is which metric of
`wideband.metrics.diversity_names`; by default those of the multi-model release. n is the field n_samples
(or n), 0 where a file has none. A null value is one that could not be measured.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from ..config.imports import COLUMNS, Import
from ..metrics.per_problem import long_table
from .errors import ImportFileError
from .files import read_rows
from .identity import uid_of, unique
from .row import Row


def read_metrics(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The table of per-problem metrics. Raises ImportFileError naming file and row."""
    rows = sorted(read_rows(path, where=entry.where), key=lambda row: uid_of(row, entry.uid))
    uids = [uid_of(row, entry.uid) for row in rows]
    unique(rows, uids)
    n = np.array([row.whole("n_samples", "n") if row.has("n_samples", "n") else 0 for row in rows])
    whose = {"arm": entry.arm, "checkpoint": entry.checkpoint, "slice": entry.slice}
    columns = {metric: (_values(path, rows, name), n) for name, metric in entry.columns.items()}
    return {"diversity": long_table(whose, np.array(uids, dtype=object), columns)}


def _values(path: Path, rows: list[Row], name: str) -> np.ndarray:
    if not any(name in row.fields for row in rows):
        raise ImportFileError(
            f"{path}: no row has a column '{name}'; rows have {', '.join(sorted(rows[0].fields))}: say in "
            "`columns` which to read"
        )
    return np.array([row.real(name) if row.has(name) else np.nan for row in rows], dtype=float)


def known_columns(path: Path, entry: Import) -> dict[str, str]:
    """The columns of the file that are metrics by their name, or those of the entry where none is."""
    rows = read_rows(path, where=entry.where)
    found = {name: metric for name, metric in COLUMNS.items() if any(name in row.fields for row in rows)}
    return found or entry.columns
