"""Named estimators: one call computes a number, now for the report and later for the audit."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..metrics.bootstrap import Bootstrap
from ..metrics.estimate import Estimate
from ..metrics.runs import Recorded, mean_of_runs
from .inputs import Prepare, Tables
from .record import NumberError, NumberRecord, finite, finite_interval

Function = Callable[..., Estimate]
Unit = str | Callable[[dict[str, Any]], str]
BOOTSTRAP = ("confidence", "resamples")
ONCE = "once"  # said of a number for its readers: which trained arms it has one run of


@dataclass(frozen=True)
class Estimator:
    """A named function of tables.

    Attributes:
        function: takes the list of tables in the record's order (or what `prepare` makes of it), the
            record's args, and `boot` if it resamples.
        unit: of its value; a function of args where it depends on them.
        source: paper, equation or definition behind it.
        prepare: work on the tables that several numbers share, done once per `Tables`; takes the tables and
            those args that it names.
        resamples: it takes a Bootstrap; then args hold `confidence` and `resamples`, and the record its seed.
    """

    name: str
    function: Function
    unit: Unit
    source: str
    resamples: bool
    prepare: Prepare | None

    def unit_of(self, args: dict[str, Any]) -> str:
        """The unit of its value under these args."""
        return self.unit if isinstance(self.unit, str) else self.unit(args)


ESTIMATORS: dict[str, Estimator] = {}


def estimator(
    name: str, *, unit: Unit, source: str, prepare: Prepare | None = None
) -> Callable[[Function], Function]:
    """Decorator that registers an estimator under a unique name."""

    def register(function: Function) -> Function:
        if name in ESTIMATORS:
            raise ValueError(f"estimator '{name}' is registered twice")
        resamples = "boot" in inspect.signature(function).parameters
        ESTIMATORS[name] = Estimator(name, function, unit, source, resamples, prepare)
        return function

    return register


def find(name: str) -> Estimator:
    """The estimator of that name. Raises NumberError."""
    from . import estimators  # registers all families; not at the top, since they import this module

    if name not in ESTIMATORS:
        raise NumberError(
            f"no estimator is called '{name}'; {estimators.__name__} has {', '.join(sorted(ESTIMATORS))}"
        )
    return ESTIMATORS[name]


def compute(
    name: str, args: dict[str, Any], seed: int | None, paths: Sequence[str], tables: Tables
) -> Estimate:
    """Call an estimator on tables. Raises NumberError for an unknown name or unfit args."""
    found = find(name)
    arguments = {key: value for key, value in args.items() if key != ONCE}
    runs = arguments.pop("runs", 1) if found.resamples else 1
    if found.resamples:
        try:
            settings = {key: arguments.pop(key) for key in BOOTSTRAP}
        except KeyError as key:
            raise NumberError(f"estimator '{name}' resamples: its args need {key}") from None
        if seed is None:
            raise NumberError(f"estimator '{name}' resamples: its record needs a seed")
        arguments["boot"] = Bootstrap(**settings, seed=seed) if runs == 1 else Recorded(**settings, seed=seed)
    try:
        inspect.signature(found.function).bind(None, **arguments)
    except TypeError as error:
        raise NumberError(f"estimator '{name}': {error}") from None
    runs_data = [_data(found, args, paths[run::runs], tables) for run in range(runs)]
    if runs == 1:
        return found.function(runs_data[0], **arguments)
    estimates = [found.function(data, **arguments) for data in runs_data]
    return mean_of_runs(estimates, arguments["boot"])


def _data(found: Estimator, args: dict[str, Any], paths: Sequence[str], tables: Tables) -> Any:
    return tables.prepared(found.prepare, paths, args) if found.prepare else tables.frames(paths)


def build(
    identity: str,
    name: str,
    args: dict[str, Any],
    paths: Sequence[str],
    tables: Tables,
    boot: Bootstrap,
    fingerprint: str = "",
) -> NumberRecord:
    """The record of a number: its value is what the estimator gives on the named tables.

    `boot` gives confidence, resamples and seed to estimators that resample.
    """
    found = find(name)
    if found.resamples:
        args = {**args, "confidence": boot.confidence, "resamples": boot.resamples}
    seed = boot.seed if found.resamples else None
    estimate = compute(name, args, seed, paths, tables)
    return NumberRecord(
        id=identity,
        value=finite(estimate.value),
        unit=found.unit_of(args),
        ci=finite_interval(estimate.interval),
        n=int(estimate.n),
        estimator=name,
        args=args,
        seed=seed,
        inputs=tuple(tables.input(path) for path in paths),
        fingerprint=fingerprint,
    )


def recompute(
    record: NumberRecord, root: str | Path | Tables
) -> tuple[float | None, tuple[float | None, float | None] | None]:
    """Value and interval of a record again, from the files it names under `root`.

    Digests are not compared here. Pass one `Tables` for many records: each file is then read once.
    Raises NumberError (unknown estimator, args) or TableError (missing or broken table).
    """
    tables = root if isinstance(root, Tables) else Tables(root)
    paths = [table.path for table in record.inputs]
    estimate = compute(record.estimator, record.args, record.seed, paths, tables)
    return finite(estimate.value), finite_interval(estimate.interval)
