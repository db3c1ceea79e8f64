"""Two arms that are compared on a benchmark."""

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
