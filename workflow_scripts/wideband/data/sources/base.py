"""What a source is: the files and hub datasets that hold its splits, and how their rows become problems."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...config.data import Data
from ...config.sources import TASKS
from .. import hub
from ..errors import DataError
from ..files import Row, read_rows
from ..problems import frame

# A parser gets a raw row and its position among the kept rows of its part.
Parser = Callable[[Row, int], Row]


def everything(row: Row) -> bool:
    """Keep every row."""
    return True


@dataclass(frozen=True)
class File:
    """A file under `data.root`; `wanted` describes it to whoever has to put it there."""

    path: str
    wanted: str
    parse: Parser
    keep: Callable[[Row], bool] = everything


@dataclass(frozen=True)
class Hub:
    """A split of a hub dataset, configurations one after the other, at a pinned commit (None: unknown)."""

    repo: str
    revision: str | None
    split: str
    parse: Parser
    configs: tuple[str | None, ...] = (None,)
    keep: Callable[[Row], bool] = everything


@dataclass(frozen=True)
class Source:
    """A named source: for each split the files, and the hub datasets, that hold it in order."""

    name: str
    files: dict[str, tuple[File, ...]]
    hubs: dict[str, tuple[Hub, ...]]


def load_files(source: Source, split: str, root: Path) -> pd.DataFrame:
    """The problems of a split from its files under `root`."""
    parts, otherwise = source.files[split], ", or set data.origin to hub" if source.hubs.get(split) else ""
    rows = (row for part in parts for row in _file_rows(part, root, otherwise))
    return frame(rows, source.name, split, TASKS[source.name])


def load_hubs(source: Source, split: str, data: Data) -> pd.DataFrame:
    """The problems of a split from the hub, or from `data.mirror` in its place."""
    parts = source.hubs[split]
    return frame(
        (row for part in parts for row in _hub_rows(part, data)), source.name, split, TASKS[source.name]
    )


def _file_rows(part: File, root: Path, otherwise: str) -> Iterator[tuple[str, Row]]:
    read = read_rows(root / part.path, part.wanted, otherwise)
    kept = ((place, row) for place, row in read if part.keep(row))
    for index, (place, row) in enumerate(kept):
        yield place, _parsed(place, row, index, part.parse)


def _hub_rows(part: Hub, data: Data) -> Iterator[tuple[str, Row]]:
    revision = hub.pinned(part.repo, part.revision, data.revisions)
    read = (hub.read_rows(part.repo, config, part.split, revision, data.mirror) for config in part.configs)
    kept = ((place, row) for rows in read for place, row in rows if part.keep(row))
    for index, (place, row) in enumerate(kept):
        yield place, _parsed(place, row, index, part.parse)


def _parsed(place: str, row: Row, index: int, parse: Parser) -> Row:
    try:
        problem = parse(row, index)
    except KeyError as error:
        raise DataError(f"{place}: field {error} is missing, found {sorted(row)}; restore the row") from error
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise DataError(f"{place}: cannot be read as a problem ({error}); restore the row") from error
    gold = problem.get("gold")
    return {
        **problem,
        "problem": problem["problem"].strip(),
        "gold": gold.strip() if gold is not None else None,
    }
