"""The record of a reported number, and its file of JSON lines."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import WidebandError
from ..metrics.estimate import Interval
from ..provenance.atomic import write_text


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

    def to_json(self) -> str:
        """One line of JSON, keys in field order; equal records give equal lines."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False, separators=(", ", ": "))

    @classmethod
    def from_json(cls, line: str) -> "NumberRecord":
        """The record of a line. Raises ValueError, KeyError or TypeError for another shape."""
        fields = json.loads(line)
        inputs = tuple(Input(**entry) for entry in fields.pop("inputs"))
        ci = fields.pop("ci")
        return cls(**fields, inputs=inputs, ci=None if ci is None else (ci[0], ci[1]))


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
    records = list(records)
    _unique((record.id for record in records), str(path))
    write_text(path, "".join(record.to_json() + "\n" for record in records))


def read_records(path: str | Path) -> list[NumberRecord]:
    """Read what `write_records` wrote. Raises NumberError naming the file and line."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise NumberError(f"{path}: no number records; run the rule `numbers`") from None
    except UnicodeDecodeError as error:
        raise NumberError(f"{path}: not UTF-8 text ({error.reason}); delete it and rerun") from None
    records = [_parsed(line, f"{path}:{place}") for place, line in enumerate(lines, start=1)]
    _unique((record.id for record in records), str(path))
    return records


def _parsed(line: str, where: str) -> NumberRecord:
    try:
        return NumberRecord.from_json(line)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise NumberError(f"{where}: not a number record ({error}); rerun the rule `numbers`") from error


def _unique(ids: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for identity in ids:
        if identity in seen:
            raise NumberError(f"{where}: number id '{identity}' occurs twice; every number has one record")
        seen.add(identity)
