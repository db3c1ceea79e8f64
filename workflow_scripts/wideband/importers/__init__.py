"""Importers: results that others measured, as this project's tables. One public, documented file per format.

Every importer refuses a malformed file with an ImportFileError that names file and row, and reads files of
the same format about other benchmarks, other numbers of rollouts and any number of arms. Imported tables go
through the same rules as sampled ones from bands and metrics on.
"""

from pathlib import Path

import pandas as pd

from ..config.imports import TEXTS, Import
from .counts import read_counts
from .curve import read_curve
from .errors import ImportFileError
from .files import read_rows
from .inspect_log import read_inspect
from .lm_eval import read_lm_eval
from .metrics import read_metrics
from .policy import read_policy
from .problems import read_problems
from .rollouts import read_rollouts
from .training_log import read_training_log

__all__ = [
    "ImportFileError",
    "read_counts",
    "read_curve",
    "read_inspect",
    "read_lm_eval",
    "read_metrics",
    "read_policy",
    "read_problems",
    "read_rollouts",
    "read_rows",
    "read_tables",
    "read_training_log",
]

PLAIN = {"counts": read_counts, "metrics": read_metrics, "curve": read_curve}
LOGS = {"rollouts": read_rollouts, "lm_eval": read_lm_eval, "inspect": read_inspect}


def read_tables(root: Path, entry: Import, scaffold: str, rollouts_per_step: int) -> dict[str, pd.DataFrame]:
    """The tables that `entry.tables()` names, but for problems, out of its files under `root`.

    `scaffold` is the arm's, `rollouts_per_step` groups × group_size of the entry's stage. Raises
    ImportFileError.
    """
    path = root / entry.path
    if entry.format in TEXTS:
        made = LOGS[entry.format](path, entry, scaffold)
    elif entry.format == "training_log":
        made = read_training_log(path, entry, rollouts_per_step)
    else:
        made = PLAIN[entry.format](path, entry)
    return made | (read_policy(root / entry.about, entry) if entry.about else {})
