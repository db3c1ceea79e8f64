"""An estimate: a value, its interval, and how many units it rests on."""

from dataclasses import dataclass

Interval = tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """`interval` is None where none is defined; NaN value: the data cannot give it."""

    value: float
    interval: Interval | None
    n: int
