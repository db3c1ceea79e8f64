"""The tables that numbers are computed from: named by path, read once, digested."""

import inspect
import json
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..provenance.digests import file_digest
from ..provenance.reads import announce
from ..tables import TableError, read_table
from .record import Input, NumberError

Prepare = Callable[..., Any]
FOLDERS = (
    "rollouts",
    "verdicts",
    "band",
    "embeddings",
    "entailment",
    "novelty",
    "judgements",
    "curve",
    "policy",
    "missing",
    "loglikelihoods",
    "next_tokens",
    "answers",
)
LOGS = ("training_log.parquet", "eval_log.parquet")
# Completions are most of a rollouts table and no number needs their text.
TEXT = frozenset({"completion"})


def table_name(path: str) -> str:
    """Which table of the data contracts a path under the results folder holds. Raises NumberError."""
    parts = PurePosixPath(path).parts
    if parts[0] == "metrics":
        return "metrics"
    if parts[0] == "data":
        return "problems"
    if parts[-1] in LOGS:
        return parts[-1].removesuffix(".parquet")
    if len(parts) > 1 and parts[-2] in FOLDERS:
        return parts[-2]
    raise NumberError(f"{path}: not the path of a table that numbers are computed from")


class Tables:
    """Tables under one results folder, each read and digested once."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self._frames: dict[str, pd.DataFrame] = {}
        self._inputs: dict[str, Input] = {}
        self._prepared: dict[tuple[Prepare, tuple[str, ...], str], Any] = {}

    def frame(self, path: str) -> pd.DataFrame:
        """The table at a path relative to the root. Raises TableError; do not change what is returned."""
        if path not in self._frames:
            self._frames[path] = _read(self.root / path, table_name(path))
        return self._frames[path]

    def frames(self, paths: Sequence[str]) -> list[pd.DataFrame]:
        """The tables at several paths."""
        return [self.frame(path) for path in paths]

    def prepared(self, prepare: Prepare, paths: Sequence[str], args: dict[str, Any]) -> Any:
        """What `prepare` makes of the tables and of those args that it names; made once."""
        named = {name: args[name] for name in list(inspect.signature(prepare).parameters)[1:]}
        key = (prepare, tuple(paths), json.dumps(named, sort_keys=True))
        if key not in self._prepared:
            self._prepared[key] = prepare(self.frames(paths), **named)
        return self._prepared[key]

    def input(self, path: str) -> Input:
        """The path with digest and rows, as records name it."""
        if path not in self._inputs:
            rows = len(self.frame(path))
            self._inputs[path] = Input(path, file_digest(self.root / path), rows)
        return self._inputs[path]


def _read(path: Path, table: str) -> pd.DataFrame:
    frame = _columns(path, table)
    # estimators select rows by uid and metric thousands of times: plain objects compare fastest
    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]
    return frame.astype(dict.fromkeys(texts, object))


def _columns(path: Path, table: str) -> pd.DataFrame:
    if table != "rollouts":
        return read_table(path, table)
    announce(path)
    try:
        names = [name for name in pq.read_schema(path).names if name not in TEXT]
        return pq.read_table(path, columns=names, partitioning=None).to_pandas()
    except FileNotFoundError:
        raise TableError(f"{path}: no such table; run the rule that writes it") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(f"{path}: not a readable Parquet file ({error}); delete it and rerun") from error
