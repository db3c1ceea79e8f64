"""Which format a file of results has, told by the fields of its first row."""

from pathlib import Path

from ..config.imports import COLUMNS, TEXTS, Import
from .errors import ImportFileError
from .files import Row, read_object, read_rows

# The fields that tell a format, most telling first.
TELLING: dict[str, tuple[str, ...]] = {
    "lm_eval": ("doc_id", "resps"),
    "rollouts": ("completion",),
    "counts": ("n_correct",),
    "curve": ("heldout_mean",),
    "training_log": ("reward", "correct"),
    "metrics": ("mean_pairwise_dist",),
    "problems": ("problem",),
}
INSIDE = {"inspect": "samples", "rollouts": "rollouts"}


def detect(path: Path) -> str:
    """The name of the format. Raises ImportFileError that lists the formats and what tells them."""
    if path.suffix == ".json" and _is_inspect(path):
        return "inspect"
    fields = read_rows(path)[0].fields
    for name, needed in TELLING.items():
        if all(field in fields for field in needed):
            return name
    known = "; ".join(f"{name}: {', '.join(needed)}" for name, needed in TELLING.items())
    raise ImportFileError(
        f"{path}: its rows have {', '.join(sorted(fields))}, which is no format known here ({known}); rename "
        "fields, or name the format with --format"
    )


def described(path: Path, entry: Import) -> Import:
    """The entry with what the file itself says: columns of metrics, whether token counts are there."""
    rows = read_rows(path, INSIDE.get(entry.format, "per_problem"), entry.where)
    if entry.format == "metrics":
        found = {name: metric for name, metric in COLUMNS.items() if any(name in row.fields for row in rows)}
        return entry.model_copy(update={"columns": found or entry.columns})
    if entry.format in TEXTS:
        return entry.model_copy(update={"tokens": all(_has_tokens(row, entry.format) for row in rows)})
    return entry


def _is_inspect(path: Path) -> bool:
    try:
        return {"eval", "samples"} <= set(read_object(path))
    except ImportFileError:
        # A JSON array; what is wrong with a broken file is said when its rows are read.
        return False


def _has_tokens(row: Row, kind: str) -> bool:
    if kind == "inspect":
        usage = (row.fields.get("output") or {}).get("usage") or {}
        return {"input_tokens", "output_tokens"} <= set(usage)
    return row.has("completion_tokens") and row.has("prompt_tokens")
