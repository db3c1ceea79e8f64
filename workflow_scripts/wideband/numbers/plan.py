"""What every plan of numbers is made of: requests, paths of tables, and pairs of arms that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..config import Study
from ..metrics.passk import reported_ks


@dataclass(frozen=True)
class Request:
    """What `registry.build` needs; `paths` are relative to the study's results folder."""

    id: str
    estimator: str
    args: dict[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()


def metric_path(metric: str, arm: str, checkpoint: str, slice_name: str) -> str:
    """The per-problem table of passk, diversity or cost."""
    return f"metrics/{metric}/{arm}/{checkpoint}/{slice_name}.parquet"


def arm_path(table: str, arm: str, checkpoint: str, slice_name: str) -> str:
    """The rollouts, verdicts or band table of an arm."""
    return f"arms/{arm}/{checkpoint}/{table}/{slice_name}.parquet"


def ks(study: Study, name: str, *sides: tuple[str, str]) -> tuple[int, ...]:
    """The k of pass@k that every (arm, checkpoint) of `sides` has on a benchmark."""
    first, *others = (reported_ks(study.draws(arm, at, name)) for arm, at in sides)
    return tuple(k for k in first if all(k in other for other in others))


def joined(first: str, second: str) -> str:
    """How an id names the checkpoints of two compared arms: once when it is the same."""
    return first if first == second else f"{first}-{second}"


@dataclass(frozen=True)
class Pair:
    """Two arms, each at its checkpoint, on one benchmark, and the k of pass@k that both have."""

    first: str
    second: str
    at: tuple[str, str]
    name: str
    ks: tuple[int, ...]

    @property
    def cell(self) -> str:
        """The part of an id that says which pair."""
        return f"{self.name}.{self.first}-{self.second}.{joined(*self.at)}"

    @property
    def arms(self) -> tuple[str, str]:
        """Both arms in order."""
        return self.first, self.second

    @property
    def sides(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """(arm, checkpoint) of both."""
        return (self.first, self.at[0]), (self.second, self.at[1])

    def metrics(self, metric: str) -> tuple[str, str]:
        """Per-problem tables of both arms."""
        first, second = (metric_path(metric, arm, at, self.name) for arm, at in self.sides)
        return first, second

    def have(self, study: Study, table: str) -> bool:
        """Whether the study has the table of both."""
        return all(study.has(table, arm, at, self.name) for arm, at in self.sides)


def family(study: Study, members: Sequence[Pair]) -> list[Pair]:
    """Those of the pairs with a measure that its family consists of, in their order.

    A family is declared here, for every study alike: one measure (pass@1, pass@8, cosine_distance,
    vendi.correct, …) of all pairs of compared arms at their last checkpoints, two different ones where the
    arms end differently: one test for each pair and each benchmark that has the measure.
    That is what a study sets out to compare and its report puts first. Comparisons at earlier checkpoints,
    the untrained base included, are no members and have no adjusted p: their p is raw, and so is that of
    signed-rank tests.
    """
    last = {arms: study.meetings(*arms)[-1] for arms in study.pairs()}
    return [pair for pair in members if pair.at == last[pair.arms]]
