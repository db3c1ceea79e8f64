"""Tables that follow from others, made again: metrics from verdicts, rollouts, embeddings and laws; bands."""

from collections.abc import Callable, Iterator

import pandas as pd

from ..band import classify
from ..metrics import by_item
from ..metrics.answers import answers_table, around_answers
from ..metrics.cost import cost_table
from ..metrics.diversity import bodies, diversity_table, usable
from ..metrics.entailment import entailment_metrics
from ..metrics.passk import passk_table
from ..metrics.text_names import OWN
from ..metrics.texts import texts_table
from ..numbers.inputs import Tables, table_name
from ..tables import SCHEMAS, TableError, read_table
from ..workflow import layout
from .finding import Finding
from .memo import Memo
from .results import UNREADABLE, Results
from .tables import difference

METRICS = "metrics"
BAND = "band"
KEYS = {METRICS: ("uid", "metric"), BAND: ("uid",)}
SOURCES = {
    BAND: (layout.VERDICTS,),
    "passk": (layout.VERDICTS,),
    "cost": (layout.ROLLOUTS, layout.VERDICTS),
    "diversity": (layout.ROLLOUTS, layout.VERDICTS, layout.EMBEDDINGS),
    "texts": (layout.ROLLOUTS, layout.VERDICTS, layout.EMBEDDINGS),
    "entailment": (layout.ENTAILMENT, layout.ROLLOUTS, layout.VERDICTS),
    "answers": (
        layout.LOGLIKELIHOODS,
        layout.NEXT_TOKENS,
        layout.VERDICTS,
        layout.ROLLOUTS,
        layout.NOVELTY,
        layout.PROBLEMS,
    ),
}


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
        self._digests: dict[str, list[str | None]] = {}

    def frame(self, path: str) -> pd.DataFrame:
        """As in Tables. Raises TableError, also for what cannot be made again."""
        if path in self.broken:
            raise TableError(self.broken[path])
        if path not in self._again:
            try:
                self._again[path] = self._made(path) if self.follows(path) else super().frame(path)
            except UNREADABLE as error:
                self.broken[path] = str(error)
                raise TableError(str(error)) from error
        return self._again[path]

    def sources(self, path: str) -> list[str]:
        """The tables that one is made of: itself, if of none."""
        if path not in self.results.jobs or not self.follows(path):
            return [path]
        metric, cell = self._cell(path)
        return [pattern.format(**cell) for pattern in SOURCES[metric]]

    def digests(self, path: str) -> list[str | None]:
        """Digests of `sources`; None for one that is not there."""
        if path not in self._digests:
            files = [self.root / source for source in self.sources(path)]
            self._digests[path] = [self.results.digest(file) if file.is_file() else None for file in files]
        return self._digests[path]

    def follows(self, path: str) -> bool:
        """Whether a table is made of others; imported ones are made of their source (see imports)."""
        job = self.results.jobs.get(path)
        return table_name(path) in KEYS and not (job and job.rule == "import_results")

    def _cell(self, path: str) -> tuple[str, dict[str, str]]:
        """Metric, or `band`, and the cell of a table that follows from others."""
        job = self.results.jobs[path]
        if job.rule == BAND:
            return BAND, job.wildcards
        _, metric, arm, checkpoint, name = path.removesuffix(".parquet").split("/")
        return metric, {"arm": arm, "checkpoint": checkpoint, "slice": name}

    def _made(self, path: str) -> pd.DataFrame:
        metric, cell = self._cell(path)
        return _plain(MAKERS[metric](self, cell))

    def of(self, cell: dict[str, str], pattern: str, table: str) -> pd.DataFrame:
        """A table of a cell, checked against its contract."""
        return read_table(self.root / pattern.format(**cell), table)


def _band(tables: Derived, cell: dict[str, str]) -> pd.DataFrame:
    return classify(tables.of(cell, layout.VERDICTS, "verdicts"))


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


def _texts(tables: Derived, cell: dict[str, str]) -> pd.DataFrame:
    study, arm = tables.results.study, cell["arm"]
    rollouts, tokens = tables.of(cell, layout.ROLLOUTS, "rollouts"), study.tokens(arm)
    rows = usable(
        rollouts,
        tables.of(cell, layout.VERDICTS, "verdicts"),
        tables.of(cell, layout.EMBEDDINGS, "embeddings"),
        bodies(rollouts, study.arms[arm].scaffold),
    )
    base = tables.root / layout.MODEL.format(base=study.base_of(arm).name) if OWN in tokens else None
    return texts_table(rows, rollouts, tokens, study.texts, base)


def _entailment(tables: Derived, cell: dict[str, str]) -> pd.DataFrame:
    return entailment_metrics(
        tables.of(cell, layout.ENTAILMENT, "entailment"),
        tables.of(cell, layout.ROLLOUTS, "rollouts"),
        tables.of(cell, layout.VERDICTS, "verdicts"),
        tables.results.study.entailment,
    )


def _answers(tables: Derived, cell: dict[str, str]) -> pd.DataFrame:
    study = tables.results.study
    key = (cell["arm"], cell["checkpoint"], cell["slice"])
    exact, metrics = study.has("loglikelihoods", *key), study.metrics(*key)
    around = None
    if by_item.reading(by_item.WRITTEN, metrics):
        rollouts = tables.of(cell, layout.ROLLOUTS, "rollouts")
        around = around_answers(rollouts, study.arms[cell["arm"]].scaffold, study.task_of(cell["slice"]))
    return answers_table(
        cell,
        tables.of(cell, layout.PROBLEMS, "problems"),
        tables.of(cell, layout.LOGLIKELIHOODS, "loglikelihoods") if exact else None,
        tables.of(cell, layout.VERDICTS, "verdicts") if study.has("verdicts", *key) else None,
        metrics,
        around,
        tables.of(cell, layout.NEXT_TOKENS, "next_tokens")
        if by_item.reading(by_item.OPENING, metrics)
        else None,
        tables.of(cell, layout.NOVELTY, "novelty") if study.has("novelty", *key) else None,
    )


MAKERS: dict[str, Callable[[Derived, dict[str, str]], pd.DataFrame]] = {
    BAND: _band,
    "passk": _passk,
    "cost": _cost,
    "diversity": _diversity,
    "texts": _texts,
    "entailment": _entailment,
    "answers": _answers,
}


def check(results: Results, tables: Derived, memo: Memo) -> Iterator[Finding]:
    """NUMBER_MISMATCH for every stored table that does not follow from those before it."""
    for path in sorted(path for path in results.jobs if _is_derived(path) and tables.follows(path)):
        file = results.root / path
        key = ["follows", tables.digests(path), results.digest(file) if file.is_file() else None]
        try:
            yield from memo.findings(
                [*key, results.jobs[path].spec.digest], lambda p=path: _follows(tables, p)
            )
        except UNREADABLE as error:
            tables.broken.setdefault(path, str(error))


def _follows(tables: Derived, path: str) -> list[Finding]:
    again, stored = tables.frame(path), read_table(tables.root / path, table_name(path))
    found = difference(_plain(stored), again, KEYS[table_name(path)])
    detail = f"does not follow from its rollouts and verdicts: {found}"
    return [Finding("NUMBER_MISMATCH", 3, detail, path)] if found else []


def _is_derived(path: str) -> bool:
    return path.startswith(("metrics/", "arms/")) and path.endswith(".parquet") and table_name(path) in KEYS


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts as plain objects, as `Tables` gives them."""
    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]
    columns = [name for name in SCHEMAS[METRICS if METRICS[:-1] in frame.columns else BAND].columns]
    return frame[columns].astype(dict.fromkeys(texts, object))
