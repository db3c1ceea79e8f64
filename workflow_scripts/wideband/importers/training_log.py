"""Formats `training_log` and `curve`: a stage step by step, as averages over training or held-out accuracy.

Format `training_log`: averages over one training step a row.

    {"step": 1, "reward": 0.19, "correct": 0.22, "tag_valid": 0.86, "entropy": 0.64, "tokens": 75054}

JSONL or JSON. Needed: step (counted from 1) or batch (counted from 0), reward, correct. Optional: tag_valid,
undecided, entropy, kl, tokens (of the whole step) or ac_tokens_per_turn (a rollout's mean),
groups_zero_variance or frac_all_bad and frac_all_good, valid, sampled_rollouts, sampled_tokens,
lr, grad_norm, seconds, peak_bytes. What is missing stays null.

Format `curve`: held-out accuracy inside a stage, one evaluation a row, without its problems.

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

OPTIONAL = (
    "valid",
    "tag_valid",
    "undecided",
    "entropy",
    "kl",
    "sampled_rollouts",
    "sampled_tokens",
    "lr",
    "grad_norm",
    "seconds",
    "peak_bytes",
)
# The source of a curve that is the whole slice.
ALL = "all"


def read_training_log(path: Path, entry: Import, rollouts_per_step: int) -> dict[str, pd.DataFrame]:
    """The training log. `rollouts_per_step` (groups × group_size of the stage) turns means into sums.

    Raises ImportFileError naming file and row.
    """
    rows = read_rows(path, inside="steps", where=entry.where)
    table = pd.DataFrame([_step(row, rollouts_per_step) for row in rows])
    doubled = table["step"].duplicated()
    if doubled.any():
        row = rows[int(doubled.to_numpy().argmax())]
        raise ImportFileError(f"{row.place}: this step is already in the file; remove one of the two rows")
    return {"training_log": table.assign(arm=entry.arm, stage=entry.checkpoint)}


def step_of(row: Row) -> int:
    """Optimizer steps done when a row was written: `step`, or `batch` for batches counted from 0."""
    return row.whole("step") if row.has("step") else row.whole("batch")


def _step(row: Row, rollouts: int) -> dict[str, float | int | None]:
    return {
        # What batch b shows was sampled for step b + 1.
        "step": step_of(row) + (0 if row.has("step") else 1),
        "loss": None,
        **{name: row.real(name) for name in ("reward", "correct")},
        "tokens": _tokens(row, rollouts),
        "trained_tokens": None,
        "groups_zero_variance": _zero_variance(row),
        **{name: row.real(name) if row.has(name) else None for name in OPTIONAL},
    }


def _tokens(row: Row, rollouts: int) -> int | None:
    if row.has("tokens"):
        return row.whole("tokens")
    return round(row.real("ac_tokens_per_turn") * rollouts) if row.has("ac_tokens_per_turn") else None


def _zero_variance(row: Row) -> float | None:
    if row.has("frac_all_bad"):
        return row.real("frac_all_bad") + row.real("frac_all_good")
    return row.real("groups_zero_variance") if row.has("groups_zero_variance") else None


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
