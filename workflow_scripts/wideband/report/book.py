"""The number records of a study, looked up by id."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import WidebandError
from ..numbers import NumberRecord, read_records

Ends = tuple[float, float]


class ReportError(WidebandError):
    """A report that cannot be built; the message names the file or key and the remedy."""


@dataclass(frozen=True)
class Book:
    """Number records by id, in the order of the file."""

    records: dict[str, NumberRecord]

    @classmethod
    def read(cls, path: Path) -> "Book":
        """Read numbers.jsonl. Raises NumberError for a missing file, a broken line or a doubled id."""
        return cls({record.id: record for record in read_records(path)})

    def __contains__(self, identity: str) -> bool:
        return identity in self.records

    def __iter__(self) -> Iterator[NumberRecord]:
        return iter(self.records.values())

    def value(self, identity: str) -> float | None:
        """The number's value; None when there is no such record, or when it is undefined."""
        record = self.records.get(identity)
        return None if record is None else record.value

    def interval(self, identity: str) -> Ends | None:
        """The number's interval, unbounded ends infinite; None when it has none."""
        record = self.records.get(identity)
        if record is None or record.ci is None:
            return None
        low, high = record.ci
        return (-math.inf if low is None else low, math.inf if high is None else high)

    def n(self, identity: str) -> int | None:
        """How many units (problems, draws, rollouts) the number rests on."""
        record = self.records.get(identity)
        return None if record is None else record.n

    def absence(self, identity: str) -> str:
        """Why a number is shown as a dash."""
        if identity not in self.records:
            return f"this study has no number {identity}"
        return f"{identity} is undefined on this study's rollouts (n = {self.n(identity)})"

    def under(self, prefix: str) -> list[str]:
        """The ids that begin with `prefix` and a dot, in the order of the file."""
        return [identity for identity in self.records if identity.startswith(f"{prefix}.")]
