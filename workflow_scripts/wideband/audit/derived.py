"""Tables that follow from others, made again: metrics from verdicts, rollouts and embeddings; bands."""

from collections.abc import Callable, Iterator

import pandas as pd

from ..band import classify
from ..metrics.cost import cost_table
from ..metrics.diversity import bodies, diversity_table
from ..metrics.passk import passk_table
from ..numbers.inputs import Tables, table_name
from ..tables import SCHEMAS, TableError, read_table
from ..workflow import layout
from .finding import Finding
from .results import Results
from .tables import difference

METRICS = "metrics"
BAND = "band"
KEYS = {METRICS: ("uid", "metric"), BAND: ("uid",)}


class Derived(Tables):
    """The tables of a study's numbers, where none that can be made of others is read.

    Attributes:
        broken: why a table cannot be had, by its path.
    """

    def __init__(self, results: Results) -> None:
        super().__init__(results.root)
        self.results = results
        self.broken: dict[str, str] = {}
        self._again: dict[str, pd.DataFrame] = {}

    def frame(self, path: str) -> pd.DataFrame:
        """As in Tables. Raises TableError, also for what cannot be made again."""
        if path in self.broken:
            raise TableError(self.broken[path])
        if path not in self._again:
            try:
                self._again[path] = self._made(path) if table_name(path) in KEYS else super().frame(path)
            except (ValueError, KeyError, IndexError, TypeError, OSError) as error:
                self.broken[path] = str(error)
                raise TableError(str(error)) from error
        return self._again[path]

    def _made(self, path: str) -> pd.DataFrame:
        job = self.results.jobs[path]
        if job.rule == BAND:
            return _plain(classify(self._table(layout.VERDICTS.format(**job.wildcards), "verdicts")))
        _, metric, arm, checkpoint, name = path.removesuffix(".parquet").split("/")
        cell = {"arm": arm, "checkpoint": checkpoint, "slice": name}
        return _plain(MAKERS[metric](self, cell))

    def _table(self, path: str, table: str) -> pd.DataFrame:
        return read_table(self.root / path, table)

    def of(self, cell: dict[str, str], pattern: str, table: str) -> pd.DataFrame:
        """A table of a cell, checked against its contract."""
        return self._table(pattern.format(**cell), table)


def _passk(tables: Derived, cell: dict[str, str]) -> pd.DataFrame:
    return passk_table(tables.of(cell, layout.VERDICTS, "verdicts"))


def _cost(tables: Derived, cell: dict[str, str]) -> pd.DataFrame:
    rollouts = tables.of(cell, layout.ROLLOUTS, "rollouts")
    return cost_table(rollouts, tables.of(cell, layout.VERDICTS, "verdicts"))


def _diversity(tables: Derived, cell: dict[str, str]) -> pd.DataFrame:
    study = tables.results.study
    rollouts = tables.of(cell, layout.ROLLOUTS, "rollouts")
    return diversity_table(
        rollouts,
        tables.of(cell, layout.VERDICTS, "verdicts"),
        tables.of(cell, layout.EMBEDDINGS, "embeddings"),
        bodies(rollouts, study.arms[cell["arm"]].scaffold),
        study.diversity,
    )


MAKERS: dict[str, Callable[[Derived, dict[str, str]], pd.DataFrame]] = {
    "passk": _passk,
    "cost": _cost,
    "diversity": _diversity,
}


def check(results: Results, tables: Derived) -> Iterator[Finding]:
    """NUMBER_MISMATCH for every stored table that does not follow from those before it."""
    for path in sorted(filter(_is_derived, results.jobs)):
        try:
            again = tables.frame(path)
            stored = read_table(results.root / path, table_name(path))
        except (ValueError, OSError) as error:
            tables.broken.setdefault(path, str(error))
            continue
        found = difference(_plain(stored), again, KEYS[table_name(path)])
        if found:
            detail = f"does not follow from its rollouts and verdicts: {found}"
            yield Finding("NUMBER_MISMATCH", 3, detail, path)


def _is_derived(path: str) -> bool:
    return path.startswith(("metrics/", "arms/")) and path.endswith(".parquet") and table_name(path) in KEYS


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts as plain objects, as `Tables` gives them."""
    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]
    columns = [name for name in SCHEMAS[METRICS if METRICS[:-1] in frame.columns else BAND].columns]
    return frame[columns].astype(dict.fromkeys(texts, object))
