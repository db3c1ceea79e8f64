"""Format `metrics`: measured values, one problem a row.

    {"uid": "test/algebra/24.json", "n_samples": 4, "mean_pairwise_dist": 0.051, "distinct_strategies": 1}

JSONL or JSON as for `counts`. The study's `columns` say which column is which metric of
`wideband.metrics.diversity_names`; by default those of the multi-model release. n is the field n_samples
(or n), 0 where a file has none. A null value is one that could not be measured.
"""

from pathlib import Path

import pandas as pd

from ..config.import_file import COLUMNS, Import
from .cells import cell_table
from .files import read_rows


def read_metrics(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The table of per-problem metrics. Raises ImportFileError naming file and row."""
    return {"diversity": cell_table(path, read_rows(path, where=entry.where), entry)}


def known_columns(path: Path, entry: Import) -> dict[str, str]:
    """The columns of the file that are metrics by their name, or those of the entry where none is."""
    rows = read_rows(path, where=entry.where)
    found = {name: metric for name, metric in COLUMNS.items() if any(name in row.fields for row in rows)}
    return found or entry.columns
