"""The formats of files of results: which one a file has, and the reader of each format of logs.

A format of logs is a file in `evals/` that sets FORMAT; its name is that of the file.
"""

import importlib
from functools import cache
from pathlib import Path
from typing import Any

from ..config.import_file import LOGS
from .errors import ImportFileError
from .files import kind, parsed, read_rows, read_text, rows_of
from .log import EvalFormat

# The fields that tell the formats that are no logs.
TELLING: dict[str, tuple[str, ...]] = {
    "counts": ("n_correct",),
    "curve": ("heldout_mean",),
    "training_log": ("reward", "correct"),
    "metrics": ("mean_pairwise_dist",),
    "problems": ("problem",),
}
# Lists inside a JSON object that hold its rows.
INSIDE = ("per_problem", "rollouts")


@cache
def log_format(name: str) -> EvalFormat:
    """The format of logs of that name."""
    return importlib.import_module(f"{__package__}.evals.{name}").FORMAT


def detect(path: Path) -> str:
    """The name of the format of a file. Raises ImportFileError that lists the formats and what tells them."""
    suffix = kind(path)
    for name in LOGS:
        if log_format(name).suffix == suffix:
            return name
    whole = _object(path) if suffix == ".json" else None
    if whole is not None:
        named = _most({name: log_format(name).objects for name in LOGS}, whole)
        if named:
            return named
    fields = _first_row(path, whole)
    known = {name: log_format(name).rows for name in LOGS} | {
        name: (field,) for name, field in TELLING.items()
    }
    found = _most(known, fields)
    if found:
        return found
    known_formats = "; ".join(
        f"{name}: {', '.join(fields_of[0])}" for name, fields_of in known.items() if fields_of
    )
    raise ImportFileError(
        f"{path}: its rows have {', '.join(sorted(fields))}, which is not a format known here "
        f"({known_formats}); say by --uid, --completion, --gold and --correct which field holds what, or "
        "give --format"
    )


def _most(known: dict[str, tuple[tuple[str, ...], ...]], fields: dict[str, Any]) -> str | None:
    """The format of which most telling fields are there, all of a set."""
    fitting = {
        name: max(
            (len(required) for required in sets if all(field in fields for field in required)), default=0
        )
        for name, sets in known.items()
    }
    best = max(fitting, key=lambda name: fitting[name])
    return best if fitting[best] else None


def _object(path: Path) -> dict[str, Any] | None:
    content = parsed(str(path), read_text(path))
    return content if isinstance(content, dict) else None


def _first_row(path: Path, whole: dict[str, Any] | None) -> dict[str, Any]:
    if whole is None:
        return read_rows(path)[0].fields
    inside = next((name for name in INSIDE if name in whole), None)
    rows = list(rows_of(path, whole, inside)) if inside else []
    return rows[0].fields if rows else whole
