"""Importers: results that others measured, as this project's tables, out of public, documented formats.

Logs of evaluations, rollout by rollout, are read by the files in `evals/`; the others by the files here.
Every importer refuses a malformed file with an ImportFileError that names file and row, and reads files of
the same format about other benchmarks, other numbers of rollouts and any number of arms. Imported tables go
through the same rules as sampled ones from bands and metrics on.
"""

from pathlib import Path

import pandas as pd

from ..config.import_file import LOGS, Import
from .cells import read_cells, read_metrics, read_workings
from .counts import read_answers, read_counts
from .errors import ImportFileError
from .files import read_rows
from .grid import read_grid
from .log_tables import log_tables, read_log
from .policy import read_policy
from .printed import read_printed
from .problems import read_problems
from .training_log import read_curve, read_training_log

__all__ = [
    "ImportFileError",
    "log_tables",
    "read_answers",
    "read_cells",
    "read_counts",
    "read_curve",
    "read_grid",
    "read_log",
    "read_metrics",
    "read_policy",
    "read_printed",
    "read_problems",
    "read_rows",
    "read_tables",
    "read_training_log",
    "read_workings",
    "source_root",
]

PLAIN = {
    "counts": read_counts,
    "metrics": read_metrics,
    "curve": read_curve,
    "cells": read_cells,
    "printed": read_printed,
    "answers": read_answers,
    "workings": read_workings,
}


def read_tables(
    root: Path, entry: Import, scaffold: str | None, rollouts_per_step: int
) -> dict[str, pd.DataFrame]:
    """The tables that `entry.tables()` names, but for problems, out of its files under `root`.

    `scaffold` is the arm's (None for a grid, which is of several), `rollouts_per_step` groups × group_size of
    the entry's stage. Raises ImportFileError.
    """
    if entry.format in LOGS:
        made = log_tables(read_log(root, entry), entry, scaffold)
    else:
        made = _plain(root, entry, rollouts_per_step)
    return made | (read_policy(root / entry.about, entry) if entry.about else {})


def _plain(root: Path, entry: Import, rollouts_per_step: int) -> dict[str, pd.DataFrame]:
    if entry.format == "grid":
        return read_grid([root / path for path in entry.paths], entry)
    if len(entry.paths) > 1:
        raise ImportFileError(f"{entry.paths[1]}: format {entry.format} is one file; import them one by one")
    path = root / entry.paths[0]
    if entry.format == "training_log":
        return read_training_log(path, entry, rollouts_per_step)
    return PLAIN[entry.format](path, entry)


def source_root(first: Path, entry: Import) -> Path:
    """The folder that the paths of an entry start from, `first` being where its first file lies."""
    return first.parents[entry.paths[0].count("/")]
