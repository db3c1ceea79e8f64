"""Two arms that are compared on a benchmark, and the family of tests that Holm's adjustment runs over."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..config import Study
from .plan import joined, metric_path


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
