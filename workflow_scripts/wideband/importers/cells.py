r"""Formats `cells`, `metrics` and `workings`: values of items, as measured elsewhere or of imported texts.

Format `cells`: measured values, one row per item and condition.

    condition,problem_idx,k,n_correct,n_distinct_path
    trained_T1.0,0,10,10,10

CSV, JSONL, JSON or Parquet. `where` takes the rows of one condition, `uid` says which item a row is about,
and `columns` which of its columns is which metric. Any name will do for a metric; numbers know more about
those of `wideband.metrics.imported_names`. n, the draws behind a value, is the field n (or n_samples), or
the one that `fields: {n: …}` names; 0 where a file has none. A null or empty value is one that could not be
measured.

Format `metrics`: measured values, one problem a row.

    {"uid": "test/algebra/24.json", "n_samples": 4, "mean_pairwise_dist": 0.051, "distinct_strategies": 1}

JSONL or JSON as for `counts`. The study's `columns` say which column is which metric of
`wideband.metrics.diversity_names`; by default those of the multi-model release. n is the field n_samples
(or n), 0 where a file has none. A null value is one that could not be measured.

Format `workings`: completions of others, of which only their text is measured, without any model.

    {"condition": "baseline_T1.0", "problem_idx": 0, "completion": "16 - 7 = 9 …\n#### 18"}

JSONL, JSON, CSV or Parquet, one completion a row; the text is the field completion (or response, output,
text), or the one that `fields: {completion: …}` names. Per problem they become the metrics of
`wideband.metrics.workings`; n is the number of completions. Whoever wants verdicts, distances and transcripts
too imports the file in format `rollouts`.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from ..config.import_file import COLUMNS, WORKINGS, Import
from ..metrics.per_problem import long_table
from ..metrics.workings import MEASURES
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


def read_metrics(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The table of per-problem metrics. Raises ImportFileError naming file and row."""
    return {"diversity": cell_table(path, read_rows(path, where=entry.where), entry)}


def known_columns(path: Path, entry: Import) -> dict[str, str]:
    """The columns of the file that are metrics by their name, or those of the entry where none is."""
    rows = read_rows(path, where=entry.where)
    found = {name: metric for name, metric in COLUMNS.items() if any(name in row.fields for row in rows)}
    return found or entry.columns


def read_workings(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The table of values per problem. Raises ImportFileError naming file and row."""
    names = entry.names("completion", "completion", "response", "output", "text")
    texts: dict[str, list[str]] = {}
    for row in read_rows(path, where=entry.where):
        texts.setdefault(uid_of(row, entry.uid), []).append(row.text(*names))
    uids = sorted(texts)
    n = np.array([len(texts[uid]) for uid in uids])
    columns = {name: (np.array([MEASURES[name](texts[uid]) for uid in uids]), n) for name in WORKINGS}
    whose = {"arm": entry.arm, "checkpoint": entry.checkpoint, "slice": entry.slice}
    return {"imported": long_table(whose, np.array(uids, dtype=object), columns)}
