"""Format `grid`: tables of models by tasks by metrics, as papers print them.

    model,GSM8K,CNN/DM                  one metric a file: `columns: {sbert.csv: sbert}` names it
    Base,0.172,0.279
    Think-SFT,0.061,—

    model,GSM8K/acc1,CNN/DM/acc1        several: `columns: {acc1: accuracy}` names those that are wanted
    model,task,metric,value             or a row for each value: `columns: {acc1: accuracy}` as well

CSV, TSV, JSONL, JSON or Parquet, several files in one import. `models` says which row tells of which
checkpoint: {think.base: Base, think.think_sft: Think-SFT}; of a list of rows the mean is taken, cell by cell.
`fields: {model: …, task: …, metric: …, value: …}` names these columns where they are called otherwise.
`less: {majority_gain: [mv16, acc1]}` adds a metric that is one less another. Tasks become the items that
numbers average over. Numbers are read as format `printed` reads them; those of one metric have a percent sign
or have none. An empty cell, or a dash alone, is one that was not measured: it is kept as such, counted and
named; so is the mean of rows of which one lacks it, and a task that only other checkpoints have.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..config.import_file import Import
from ..metrics.per_problem import long_table
from .errors import ImportFileError
from .files import read_rows
from .printed import plain_number
from .row import Row

# Values by metric and task, of one row.
Cells = dict[tuple[str, str], float]


@dataclass(frozen=True)
class _Cell:
    """A value with the row and the column that it stands in."""

    row: Row
    column: str
    model: str
    metric: str
    task: str

    @property
    def value(self) -> float:
        """The number of the cell; NaN where it was not measured. Raises ImportFileError for other text."""
        found = self.row.get(self.column)
        plain = plain_number(found) if isinstance(found, str) else found
        if plain in (None, ""):
            return np.nan
        return Row(self.row.place, {self.column: plain}, self.row.typed).real(self.column)


def read_grid(paths: list[Path], entry: Import) -> dict[str, pd.DataFrame]:
    """The tables of values by task, one for each of `entry.models`.

    Raises ImportFileError naming file and row.
    """
    rows: dict[str, Cells] = {}
    for path in paths:
        for model, cells in _file(path, entry).items():
            known = rows.setdefault(model, {})
            doubled = next((key for key in cells if key in known), None)
            if doubled:
                raise ImportFileError(
                    f"{path}: {doubled[0]} of {model} on {doubled[1]} is in another file too; name one"
                )
            known.update(cells)
    told = [(condition, _checkpoint(paths, rows, condition)) for condition in entry.conditions()]
    every = sorted({key for _, cells in told for key in cells})
    return {
        f"imported.{condition.arm}.{condition.checkpoint}": _table(cells, every, condition)
        for condition, cells in told
    }


def _file(path: Path, entry: Import) -> dict[str, Cells]:
    """The wanted values of a file by the name of their row."""
    found: dict[str, Cells] = {}
    places: dict[tuple[str, str, str], str] = {}
    written: dict[str, list[tuple[str, Any]]] = {}
    for row in read_rows(path, where=entry.where):
        for cell in _cells(path, row, entry):
            key = (cell.model, cell.metric, cell.task)
            if key in places:
                raise ImportFileError(
                    f"{row.place}: {cell.metric} of {cell.model} on {cell.task} again, first at "
                    f"{places[key]}; remove one of the two"
                )
            places[key] = row.place
            written.setdefault(cell.metric, []).append((row.place, row.get(cell.column)))
            found.setdefault(cell.model, {})[cell.metric, cell.task] = cell.value
    for metric, numbers in written.items():
        _one_unit(metric, numbers)
    if not found:
        raise ImportFileError(
            f"{path}: no column is one of {', '.join(entry.columns)}, and `columns` does not name the file; "
            f"it has {', '.join(read_rows(path)[0].fields)}: say in `columns` which column holds which metric"
        )
    return found


def _one_unit(metric: str, cells: list[tuple[str, Any]]) -> None:
    """Raises ImportFileError where some of these (place, cell) have a percent sign and others do not."""
    first: dict[bool, str] = {}
    for place, cell in cells:
        if isinstance(cell, str) and plain_number(cell) not in ("", "0"):
            first.setdefault("%" in cell, place)
    if len(first) == 2:
        raise ImportFileError(
            f"{first[False]}: {metric} has no percent sign here, but has one at {first[True]}; write all "
            "alike"
        )


def _cells(path: Path, row: Row, entry: Import) -> Iterator[_Cell]:
    """The wanted cells of a row: one of a long table, all of a wide one."""
    (model,), (task,), (metric,), (value,) = (
        entry.names(name, name) for name in ("model", "task", "metric", "value")
    )
    whose = row.text(model)
    if {task, metric, value} <= set(row.fields):
        if row.text(metric) in entry.columns:
            yield _Cell(row, value, whose, entry.columns[row.text(metric)], row.text(task))
        return
    whole = entry.columns.get(path.name)
    for column in row.fields:
        name, _, behind = column.rpartition("/")
        if column == model or column in entry.where:
            continue
        if whole:
            yield _Cell(row, column, whose, whole, column)
        elif name and behind in entry.columns:
            yield _Cell(row, column, whose, entry.columns[behind], name)


def _checkpoint(paths: list[Path], rows: dict[str, Cells], entry: Import) -> Cells:
    """What the files tell of one checkpoint."""
    named = next(iter(entry.models.values()))
    wanted = [named] if isinstance(named, str) else named
    for name in wanted:
        if name not in rows:
            raise ImportFileError(
                f"{', '.join(map(str, paths))}: no row is called '{name}'; rows are {', '.join(rows)}: "
                "correct `models`"
            )
    return _mean([rows[name] for name in wanted])


def _table(cells: Cells, every: list[tuple[str, str]], entry: Import) -> pd.DataFrame:
    """The values of one checkpoint; NaN on tasks that only others were measured on."""
    metrics = {metric for metric, _ in cells}
    cells = {key: np.nan for key in every if key[0] in metrics} | cells
    for name, (first, second) in entry.less.items():
        tasks = [task for metric, task in cells if metric == first and (second, task) in cells]
        cells |= {(name, task): cells[first, task] - cells[second, task] for task in tasks}
    whose = {"arm": entry.arm, "checkpoint": entry.checkpoint, "slice": entry.slice}
    tables = [_long(whose, metric, cells, entry) for metric in entry.measured()]
    made = [table for table in tables if table is not None]
    return pd.concat(made).sort_values(["uid", "metric"], kind="stable", ignore_index=True)


def _mean(rows: list[Cells]) -> Cells:
    """Cell by cell over rows; NaN where one of them lacks it."""
    return {key: float(np.mean([row.get(key, np.nan) for row in rows])) for row in rows for key in row}


def _long(whose: dict[str, str | None], metric: str, cells: Cells, entry: Import) -> pd.DataFrame:
    found = {task: value for (name, task), value in cells.items() if name == metric}
    if not found:
        raise ImportFileError(
            f"{', '.join(entry.paths)}: nothing is measured as {metric}; correct `columns` or `less`"
        )
    uids = sorted(found)
    values = np.array([found[uid] for uid in uids])
    n = np.full(len(uids), entry.n or 0)
    return long_table(whose, np.array(uids, dtype=object), {metric: (values, n)})
