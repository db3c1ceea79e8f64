"""L3, third part: every planned number and its interval are computed again from the rollouts.

With the number records of a study, line by line, and the numbers that it has to report whatever they say.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ..numbers import NumberRecord
from ..numbers.plan import Request
from ..numbers.plan_pool import pool_path
from ..numbers.record import finite, finite_interval
from ..numbers.registry import compute, find
from ..numbers.study import planned
from ..tables import TableError
from . import derived
from .finding import Finding
from .graph import NUMBERS
from .memo import Memo
from .results import UNREADABLE, Results
from .tables import ABSOLUTE, RELATIVE

Ends = Sequence[float | None] | None
# What estimators raise for tables that are not what they expect.
FAILED = (ValueError, KeyError, IndexError, TypeError, ZeroDivisionError)
# Rules whose code computes numbers and the tables that they are read from.
COUNTING = frozenset(
    {"passk", "cost", "diversity", "texts", "entailment", "answers", "band", "number_records"}
)


def read_records(root: Path) -> tuple[dict[str, NumberRecord], list[Finding]]:
    """Records by id, and a finding for every line that is none or names an id again."""
    path = root / NUMBERS
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    records: dict[str, NumberRecord] = {}
    findings = []
    for place, line in enumerate(filter(None, text.split("\n")), start=1):
        record = _parsed(line, records)
        if record is None:
            findings.append(Finding("NUMBER_MISMATCH", 3, f"line {place} is not a number record", NUMBERS))
        elif record.id in records:
            detail = f"line {place} reports it once more"
            findings.append(Finding("NUMBER_MISMATCH", 3, detail, NUMBERS, number=record.id))
        else:
            records[record.id] = record
    return records, findings


def _parsed(line: str, before: dict[str, NumberRecord]) -> NumberRecord | None:
    try:
        record = NumberRecord.from_json(line, before)
        return record if all(map(_is_number, _numbers(record))) and isinstance(record.id, str) else None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _numbers(record: NumberRecord) -> Iterator[object]:
    yield record.value
    yield from record.ci or ()


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def requests(results: Results) -> list[Request]:
    """Every number by the plan of the study; those of sources in the pool only if the pool can be read."""
    study = results.study
    pool = results.frame(pool_path(study)) if study.band_stage() else None
    known = pool is not None and "source" in pool
    return planned(study, sorted(set(map(str, pool["source"].dropna()))) if known else ())


def check(results: Results, requests: Iterable[Request], memo: Memo) -> Iterator[Finding]:
    """NUMBER_MISMATCH and COVERAGE for single numbers, INCOMPLETE for tables that give none."""
    kept, wrong = read_records(results.root)
    yield from wrong
    tables = derived.Derived(results)
    yield from derived.check(results, tables, memo)
    planned = {request.id: request for request in requests}
    again = Again(results, tables, memo)
    for request in planned.values():
        yield from _number(again, request, kept.get(request.id))
    for foreign in kept.keys() - planned.keys():
        yield _finding("NUMBER_MISMATCH", "the study plans no such number", foreign)
    for path, why in sorted(tables.broken.items()):
        yield Finding("INCOMPLETE", 3, f"gives no numbers: {why}", path)


@dataclass(frozen=True)
class Again:
    """Numbers computed again, each remembered by its estimator and the tables that it rests on."""

    results: Results
    tables: derived.Derived
    memo: Memo
    _rows: dict[str, int | None] = field(default_factory=dict)

    def number(self, request: Request) -> tuple[float | None, Ends, int]:
        """Value, interval and n. Raises TableError for a table that cannot be had."""
        rested = [self.tables.digests(path) for path in request.paths]
        key = ["number", request.estimator, *self.settings_of(request), request.paths, rested, self._code]
        value, ends, n = self.memo.value(key, lambda: self._computed(request))
        return value, ends, n

    def rows(self, path: str) -> int | None:
        """How many rows the stored table has; None for one that cannot be read."""
        if path not in self._rows:
            try:
                self._rows[path] = pq.read_metadata(self.results.root / path).num_rows
            except UNREADABLE:
                self._rows[path] = None
        return self._rows[path]

    def settings_of(self, request: Request) -> tuple[dict[str, Any], int | None]:
        """The number's args and seed, with the study's statistics where its estimator resamples."""
        if not find(request.estimator).resamples:
            return dict(request.args), None
        settings = self.results.study.statistics
        shared = {"confidence": settings.confidence, "resamples": settings.resamples}
        return {**request.args, **shared}, settings.seed

    def _computed(self, request: Request) -> list[Any]:
        again = compute(request.estimator, *self.settings_of(request), request.paths, self.tables)
        return [finite(again.value), finite_interval(again.interval), int(again.n)]

    @cached_property
    def _code(self) -> list[str]:
        """The code, parameters included, of the rules that count."""
        return sorted({job.spec.digest for job in self.results.planned if job.rule in COUNTING})


def _finding(code: str, detail: str, number: str) -> Finding:
    return Finding(code, 3, detail, NUMBERS, number=number)


def _number(again: Again, request: Request, record: NumberRecord | None) -> Iterator[Finding]:
    if record is None:
        yield _finding("COVERAGE", "the study plans it, but no record reports it", request.id)
        return
    other = _otherwise(record, request, *again.settings_of(request)) or _other_inputs(record, again)
    if other:
        yield _finding("NUMBER_MISMATCH", f"was not computed as the study says: {other}", request.id)
        return
    try:
        value, ends, n = again.number(request)
    except TableError:
        return
    except FAILED as error:
        yield _finding("NUMBER_MISMATCH", f"cannot be computed again: {error}", request.id)
        return
    for what, recorded, now in (("value", record.value, value), ("n", record.n, n)):
        if not close(recorded, now):
            yield _finding("NUMBER_MISMATCH", f"{what} is {recorded}, computed again {now}", request.id)
    if not _ends_close(record.ci, ends):
        yield _finding("NUMBER_MISMATCH", f"interval is {record.ci}, computed again {ends}", request.id)


def _otherwise(record: NumberRecord, request: Request, args: dict, seed: int | None) -> str | None:
    """How a record says that it was computed, where that is not how the study says."""
    pairs = {
        "estimator": (record.estimator, request.estimator),
        "args": (record.args, args),
        "seed": (record.seed, seed),
        "unit": (record.unit, find(request.estimator).unit_of(args)),
        "inputs": ([table.path for table in record.inputs], list(request.paths)),
    }
    other = [f"{name} {was!r}, not {should!r}" for name, (was, should) in pairs.items() if was != should]
    return "; ".join(other) or None


def _other_inputs(record: NumberRecord, again: Again) -> str | None:
    """What a record says of its tables and code, where the job that wrote it read or ran something else.

    Whether the job read what is there now is asked of its manifest, by L2.
    """
    manifest = again.results.manifests.get(NUMBERS)
    if manifest is None:
        return None
    read = {again.results.inside(str(entry["path"])): entry["digest"] for entry in manifest["inputs"]}
    for table in record.inputs:
        if table.digest != read.get(table.path):
            return f"{table.path} has digest {str(read.get(table.path))[:12]}, not {str(table.digest)[:12]}"
        rows = again.rows(table.path)
        if rows is not None and table.rows != rows:
            return f"{table.path} has {rows} rows, not {table.rows}"
    if record.fingerprint != manifest["code"]:
        return f"its job ran code {manifest['code'][:12]}, not {str(record.fingerprint)[:12]}"
    return None


def close(recorded: float | None, again: float | None) -> bool:
    """Equal but for rounding; nothing only equals nothing."""
    if recorded is None or again is None:
        return recorded is again
    return math.isclose(recorded, again, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _ends_close(recorded: Ends, again: Ends) -> bool:
    if recorded is None or again is None:
        return recorded is again
    return all(close(was, now) for was, now in zip(recorded, again, strict=True))
