"""Lineages: imported checkpoints that were not measured on every task, and what their means are over."""

from ...config import Study
from .. import ids
from ..book import Book
from ..names import arm_title, checkpoint_title
from .layout import Grid, GridRow
from .lineage_bars import title

GAPS = (
    " Not measured on every task: {}. So that they can be compared, points are means over the tasks that all "
    "checkpoints have. The table also has the mean over all tasks that a checkpoint has."
)


# An imported slice, an arm and its checkpoint.
Cell = tuple[str, str, str]


def mean(book: Book, metric: str, name: str, arm: str, at: str) -> str:
    """The id of a checkpoint's mean over the tasks that all have, where there are any; else of its mean."""
    shared = ids.cell(f"{metric}.shared", name, arm, at)
    return shared if book.value(shared) is not None else ids.cell(metric, name, arm, at)


def warning(study: Study, book: Book, metric: str) -> str:
    """Which checkpoints lack a task; nothing where none does."""
    found = [
        f"{arm_title(study, arm)} {checkpoint_title(study, at)}"
        for _, arm, at in _lacking(study, book, metric)
    ]
    return GAPS.format("; ".join(dict.fromkeys(found))) if found else ""


def both_means(study: Study, book: Book, metric: str) -> Grid | None:
    """Of imported slices with gaps: the means of checkpoints over all their tasks, and over those of all."""
    slices = {name for name, _, _ in _lacking(study, book, metric)}
    rows = [
        GridRow(
            (title(study, name), arm_title(study, arm), checkpoint_title(study, at)),
            (ids.cell(metric, name, arm, at), ids.cell(f"{metric}.shared", name, arm, at)),
        )
        for name, arm, at in _cells(study, book, metric)
        if name in slices
    ]
    heads = ("task", "lineage", "checkpoint", "all its tasks", "tasks that all have")
    return Grid("Means over different tasks, and over the same", heads, rows, ".3f") if rows else None


def _cells(study: Study, book: Book, metric: str) -> list[Cell]:
    conditions = study.imports.conditions if study.imports else []
    every = [(str(each.slice), str(each.arm), each.checkpoint) for each in conditions]
    return [cell for cell in every if ids.cell(f"{metric}.shared", *cell) in book]


def _lacking(study: Study, book: Book, metric: str) -> list[Cell]:
    """Those that were measured on fewer tasks than another checkpoint of their slice."""
    tasks = {cell: book.n(ids.cell(metric, *cell)) or 0 for cell in _cells(study, book, metric)}
    most: dict[str, int] = {}
    for (name, _, _), n in tasks.items():
        most[name] = max(n, most.get(name, 0))
    return [cell for cell, n in tasks.items() if n < most[cell[0]]]
