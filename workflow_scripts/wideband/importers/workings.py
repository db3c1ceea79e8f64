"""Format `workings`: completions of others, of which only their text is measured, without any model.

    {"condition": "baseline_T1.0", "problem_idx": 0, "completion": "16 - 7 = 9 …\n#### 18"}

JSONL, JSON, CSV or Parquet, one completion a row; the text is the field completion (or response, output,
text), or the one that `fields: {completion: …}` names. Per problem they become the metrics of
`wideband.metrics.workings`; n is the number of completions. Whoever wants verdicts, distances and transcripts
too imports the file in format `rollouts`.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from ..config.import_file import WORKINGS, Import
from ..metrics.per_problem import long_table
from ..metrics.workings import MEASURES
from .files import read_rows
from .row import uid_of


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
