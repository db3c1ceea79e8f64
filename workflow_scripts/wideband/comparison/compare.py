"""The comparison of two finished studies, and how machines are told it."""

import math
from dataclasses import dataclass
from typing import Any

from ..numbers.record import finite
from . import settings
from .finished import Finished
from .numbers import BEYOND, OPEN, OTHER, SAME, WITHIN, Pair, pairs
from .settings import Setting

VERDICTS = (BEYOND, WITHIN, OPEN, OTHER, SAME)


@dataclass(frozen=True)
class Comparison:
    """Two studies beside each other.

    Attributes:
        studies, jobs, makers: settings that differ: of the study, of single jobs beyond it, and of code,
            environment and machine.
        pairs: every number that both have.
        only: ids of the numbers that only the first, only the second has.
    """

    first: Finished
    second: Finished
    studies: list[Setting]
    jobs: list[Setting]
    makers: list[Setting]
    pairs: list[Pair]
    only: tuple[list[str], list[str]]

    def having(self, verdict: str) -> list[Pair]:
        """The numbers of a verdict, in order."""
        return [pair for pair in self.pairs if pair.verdict == verdict]

    @property
    def by_chance(self) -> float:
        """How many numbers would lie beyond their interval if nothing differed: of those with an interval."""
        judged = len(self.having(BEYOND)) + len(self.having(WITHIN))
        return judged * (1 - self.first.study.statistics.confidence)

    def to_json(self) -> dict[str, Any]:
        """All of it for machines."""
        return {
            "studies": [_study(study) for study in (self.first, self.second)],
            "settings": {
                name: [{"key": row.key, "a": row.first, "b": row.second} for row in rows]
                for name, rows in (("study", self.studies), ("jobs", self.jobs), ("made by", self.makers))
            },
            "counts": {verdict: len(self.having(verdict)) for verdict in VERDICTS},
            "expected beyond by chance": self.by_chance,
            "numbers": [_pair(pair) for pair in self.pairs],
            "only a": self.only[0],
            "only b": self.only[1],
        }


def compare(first: Finished, second: Finished) -> Comparison:
    """Settings and numbers of both. Raises TableError or NumberError for a table that cannot be read."""
    own = settings.studies(first, second)
    only = (
        [name for name in one.records if name not in other.records] for one, other in _ways(first, second)
    )
    return Comparison(
        first,
        second,
        own,
        settings.jobs(first, second, own),
        settings.makers(first, second),
        list(pairs(first, second)),
        (next(only), next(only)),
    )


def _ways(first: Finished, second: Finished) -> tuple[tuple[Finished, Finished], tuple[Finished, Finished]]:
    return (first, second), (second, first)


def _study(study: Finished) -> dict[str, Any]:
    return {
        "folder": str(study.place),
        "name": study.study.name,
        "title": study.study.title,
        "numbers": len(study.records),
        "head": study.head,
        "audit": study.audit,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    ends = None if pair.interval is None else [finite(end) for end in pair.interval]
    difference = pair.difference
    return {
        "id": pair.id,
        "unit": pair.first.unit,
        "verdict": pair.verdict,
        **{
            name: {"value": record.value, "ci": record.ci, "n": record.n}
            for name, record in (("a", pair.first), ("b", pair.second))
        },
        "difference": None if difference is None or math.isnan(difference) else difference,
        "interval": ends,
        "method": pair.method or None,
        **({"why": pair.why} if pair.why else {}),
    }
