"""The number records of a study, looked up by id."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

from ..errors import WidebandError
from ..numbers import NumberRecord, read_records

Ends = tuple[float, float]
POWER = 0.8


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

    def detectable(self, identity: str) -> float | None:
        """The smallest true difference whose interval would leave out none in four of five repetitions.

        Out of the width of the interval, which stands for the standard error that another sample of the same
        size would have; None without a bounded one.
        """
        record, ends = self.records.get(identity), self.interval(identity)
        if record is None or ends is None or not all(map(math.isfinite, ends)):
            return None
        normal = NormalDist()
        reach = normal.inv_cdf((1 + record.args["confidence"]) / 2)
        return (ends[1] - ends[0]) / 2 * (1 + normal.inv_cdf(POWER) / reach)

    def absence(self, identity: str) -> str:
        """Why a number is shown as a dash."""
        if identity not in self.records:
            return f"this study has no number {identity}"
        return f"{identity} is undefined on this study's rollouts (n = {self.n(identity)})"

    def under(self, prefix: str) -> list[str]:
        """The ids that begin with `prefix` and a dot, in the order of the file."""
        return [identity for identity in self.records if identity.startswith(f"{prefix}.")]
