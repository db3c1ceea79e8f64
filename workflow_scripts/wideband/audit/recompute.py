"""L3, last: every number that the study plans, again, from its rollouts and with its interval."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..metrics.estimate import Estimate
from ..numbers import NumberRecord
from ..numbers.plan import Request
from ..numbers.record import finite, finite_interval
from ..numbers.registry import compute, find
from ..tables import TableError
from . import derived, records
from .finding import Finding
from .graph import NUMBERS
from .results import Results
from .tables import ABSOLUTE, RELATIVE

Ends = tuple[float | None, float | None] | None


def check(results: Results, requests: Iterable[Request]) -> Iterator[Finding]:
    """NUMBER_MISMATCH and COVERAGE for single numbers, INCOMPLETE for tables that give none."""
    kept, wrong = records.read(results.root)
    yield from wrong
    tables = derived.Derived(results)
    yield from derived.check(results, tables)
    planned = {request.id: request for request in requests}
    for request in planned.values():
        yield from _number(results, tables, request, kept.get(request.id))
    for foreign in kept.keys() - planned.keys():
        yield _finding("NUMBER_MISMATCH", "the study plans no such number", foreign)
    for path, why in sorted(tables.broken.items()):
        yield Finding("INCOMPLETE", 3, f"gives no numbers: {why}", path)


def _finding(code: str, detail: str, number: str) -> Finding:
    return Finding(code, 3, detail, NUMBERS, number=number)


def _number(
    results: Results, tables: derived.Derived, request: Request, record: NumberRecord | None
) -> Iterator[Finding]:
    if record is None:
        yield _finding("COVERAGE", "the study plans it, but no record reports it", request.id)
        return
    other = _otherwise(record, request, *_settled(results, request))
    if other:
        yield _finding("NUMBER_MISMATCH", f"was not computed as the study says: {other}", request.id)
        return
    try:
        again = estimate(results, tables, request)
    except TableError:
        return
    except (ValueError, KeyError, IndexError, TypeError, ZeroDivisionError) as error:
        yield _finding("NUMBER_MISMATCH", f"cannot be computed again: {error}", request.id)
        return
    value, ends = finite(again.value), finite_interval(again.interval)
    for what, said, now in (("value", record.value, value), ("n", record.n, int(again.n))):
        if not close(said, now):
            yield _finding("NUMBER_MISMATCH", f"{what} is {said}, computed again {now}", request.id)
    if not _ends_close(record.ci, ends):
        yield _finding("NUMBER_MISMATCH", f"interval is {record.ci}, computed again {ends}", request.id)


def estimate(results: Results, tables: derived.Derived, request: Request) -> Estimate:
    """A number computed again as the study says. Raises TableError for a table that cannot be had."""
    return compute(request.estimator, *_settled(results, request), request.paths, tables)


def _settled(results: Results, request: Request) -> tuple[dict[str, Any], int | None]:
    """The number's args and seed, with the study's statistics where its estimator resamples."""
    if not find(request.estimator).resamples:
        return dict(request.args), None
    settings = results.study.statistics
    shared = {"confidence": settings.confidence, "resamples": settings.resamples}
    return {**request.args, **shared}, settings.seed


def _otherwise(record: NumberRecord, request: Request, args: dict, seed: int | None) -> str | None:
    """How a record says that it was computed, where that is not how the study says."""
    said = {
        "estimator": (record.estimator, request.estimator),
        "args": (record.args, args),
        "seed": (record.seed, seed),
        "unit": (record.unit, find(request.estimator).unit_of(args)),
        "inputs": ([each.path for each in record.inputs], list(request.paths)),
    }
    other = [f"{name} {was!r}, not {should!r}" for name, (was, should) in said.items() if was != should]
    return "; ".join(other) or None


def close(said: float | None, again: float | None) -> bool:
    """Equal but for rounding; nothing only equals nothing."""
    if said is None or again is None:
        return said is again
    return math.isclose(said, again, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _ends_close(said: Sequence[float | None] | None, again: Ends) -> bool:
    if said is None or again is None:
        return said is again
    return all(close(was, now) for was, now in zip(said, again, strict=True))
