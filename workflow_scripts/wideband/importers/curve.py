"""Format `curve`: held-out accuracy inside a stage, one evaluation a row, without its problems.

    {"batch": 10, "heldout_mean": 0.12, "by_source": {"aime": 0.04, "amc": 0.32}}

JSONL or JSON. `batch` or `step` counts the optimizer steps done: 0 is the policy that the stage starts
from. The accuracy is heldout_mean (or accuracy); by_source is optional. Since no problem is named, such a
curve gives accuracies and differences, but nothing paired by problem.
"""

from pathlib import Path

import pandas as pd

from ..config.import_file import Import
from .errors import ImportFileError
from .files import read_rows
from .row import Row
from .training_log import step_of

ALL = "all"


def read_curve(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The curve table; source `all` is the whole slice. Raises ImportFileError naming file and row."""
    rows = read_rows(path, inside="heldout_trajectory", where=entry.where)
    points = [point for row in rows for point in _points(row)]
    table = pd.DataFrame(points, columns=["step", "source", "accuracy"])
    if table.duplicated(["step", "source"]).any():
        raise ImportFileError(f"{path}: a step occurs twice; keep one evaluation per step")
    return {"curve": table.assign(arm=entry.arm, stage=entry.checkpoint, slice=entry.slice)}


def _points(row: Row) -> list[tuple[int, str, float]]:
    step, sources = step_of(row), row.fields.get("by_source") or {}
    if not isinstance(sources, dict) or ALL in sources:
        raise row.wrong(("by_source",), sources, f"accuracies by source, none of them called '{ALL}'")
    parts = Row(row.place, sources)
    points = [(step, ALL, row.real("heldout_mean", "accuracy"))]
    points += [(step, source, parts.real(source)) for source in sources]
    for _, source, accuracy in points:
        if not 0 <= accuracy <= 1:
            raise ImportFileError(f"{row.place}: accuracy of {source} is {accuracy}, not a share; correct it")
    return points
