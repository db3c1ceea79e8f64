"""The record of a reported number, and its file of JSON lines.

All tests of a family name the same tests and tables: written in each, these would grow with the square of the
family. So the first of them in a file says which these are, the others name its id in place of both.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import WidebandError
from ..metrics.estimate import Interval
from ..provenance.atomic import write_text

# The argument of a test that is adjusted for others: the ids of all of them.
FAMILY = "family"


class NumberError(WidebandError):
    """A number record that cannot be read, built or recomputed; the message names file, id and remedy."""


@dataclass(frozen=True)
class Input:
    """A table that a number was computed from; `path` is relative to the study's results folder."""

    path: str
    digest: str
    rows: int


@dataclass(frozen=True)
class NumberRecord:
    """One reported number with everything needed to compute it again.

    Attributes:
        value: None when the data cannot give the number (NaN).
        ci: interval ends, None for an end that is unbounded; None as a whole where there is no interval.
        n: units it rests on, as its estimator defines them (problems, draws, rollouts, steps).
        estimator, args: name in wideband.numbers.registry and its keyword arguments.
        seed: seed of the bootstrap; None for estimators without one.
        fingerprint: digest of the code that computed it.
    """

    id: str
    value: float | None
    unit: str
    ci: tuple[float | None, float | None] | None
    n: int
    estimator: str
    args: dict[str, Any]
    seed: int | None
    inputs: tuple[Input, ...]
    fingerprint: str

    def to_json(self, first: str | None = None) -> str:
        """One line of JSON, keys in field order; equal records give equal lines.

        `first`: the id of a record that has said which tests the family has and on which tables they rest.
        """
        content = {field.name: getattr(self, field.name) for field in fields(self)}
        if first is None:
            content["inputs"] = [asdict(table) for table in self.inputs]
        else:
            content |= {"args": {**self.args, FAMILY: first}, "inputs": first}
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))

    @classmethod
    def from_json(cls, line: str, before: Mapping[str, "NumberRecord"]) -> "NumberRecord":
        """The record of a line; `before` are those of the lines before it, by id.

        Raises ValueError, KeyError or TypeError for another shape.
        """
        content = json.loads(line)
        inputs, ci = content.pop("inputs"), content.pop("ci")
        if isinstance(inputs, str):
            content["args"][FAMILY], inputs = before[inputs].args[FAMILY], before[inputs].inputs
        else:
            inputs = tuple(Input(**entry) for entry in inputs)
        return cls(**content, inputs=inputs, ci=None if ci is None else (ci[0], ci[1]))


def finite(value: float) -> float | None:
    """A number as JSON can hold it: None for NaN and infinities."""
    return float(value) if math.isfinite(value) else None


def finite_interval(interval: Interval | None) -> tuple[float | None, float | None] | None:
    """An interval as JSON can hold it; undefined (both ends NaN) is None."""
    if interval is None or all(math.isnan(end) for end in interval):
        return None
    return (finite(interval[0]), finite(interval[1]))


def write_records(records: Iterable[NumberRecord], path: str | Path) -> None:
    """Write one JSON line per record, atomically. Raises NumberError for an id that occurs twice."""
    write_text(path, "".join(f"{line}\n" for line in _lines(records, str(path))))


def _lines(records: Iterable[NumberRecord], where: str) -> Iterator[str]:
    firsts: dict[Any, str] = {}
    known: set[str] = set()
    for record in records:
        if record.id in known:
            raise _twice(record.id, where)
        known.add(record.id)
        shared = (tuple(record.args[FAMILY]), record.inputs) if FAMILY in record.args else None
        yield record.to_json(firsts.get(shared))
        if shared:
            firsts.setdefault(shared, record.id)


def read_records(path: str | Path) -> list[NumberRecord]:
    """Read what `write_records` wrote. Raises NumberError naming the file and line."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise NumberError(f"{path}: no number records; run the rule `numbers`") from None
    except UnicodeDecodeError as error:
        raise NumberError(f"{path}: not UTF-8 text ({error.reason}); delete it and rerun") from None
    records: dict[str, NumberRecord] = {}
    for place, line in enumerate(lines, start=1):
        record = _parsed(line, records, f"{path}:{place}")
        if record.id in records:
            raise _twice(record.id, str(path))
        records[record.id] = record
    return list(records.values())


def _parsed(line: str, before: Mapping[str, NumberRecord], where: str) -> NumberRecord:
    try:
        return NumberRecord.from_json(line, before)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise NumberError(f"{where}: not a number record ({error}); rerun the rule `numbers`") from error


def _twice(identity: str, where: str) -> NumberError:
    return NumberError(f"{where}: number id '{identity}' occurs twice; every number has one record")
