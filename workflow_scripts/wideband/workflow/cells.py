"""The cells of a study: which arm is sampled at which checkpoint on which slice, and what for."""

from functools import cached_property
from typing import NamedTuple

from ..config import Study
from ..metrics import by_item
from ..metrics.by_item import OPENING, WRITTEN


class Cell(NamedTuple):
    """One set of rollouts."""

    arm: str
    checkpoint: str
    slice: str


class Cells:
    """The lists of names that rules and jobs are made of."""

    def __init__(self, study: Study) -> None:
        self.study = study

    @cached_property
    def own(self) -> list[str]:
        """Arms that this study samples itself."""
        return [arm for arm in self.study.arms if not self.study.imported(arm)]

    @cached_property
    def trained(self) -> list[str]:
        """Arms that pass through the stages."""
        return self.study.trained()

    @cached_property
    def evaluations(self) -> list[Cell]:
        """Every policy and way of asking it, the untrained base included, on every benchmark."""
        return self.having("verdicts")

    def having(self, table: str) -> list[Cell]:
        """The evaluations that a table is there of; imported results may lack completions or token counts."""
        return [Cell(*triple) for triple in self.study.separate_evaluations(table)]

    @cached_property
    def curve(self) -> list[Cell]:
        """The hill-climbing curve's own: checkpoints inside a stage, on held-out problems."""
        return [
            Cell(arm, checkpoint, self.study.band.heldout.slice)
            for arm in self.trained
            for stage in self.study.own_stages(arm)
            if self.study.stages[stage].hill_climb
            for checkpoint in self.study.step_checkpoints(stage)
        ]

    @cached_property
    def pooled(self) -> list[Cell]:
        """What a band is measured on: the pool, under the very checkpoint that its stage starts from.

        Of imported bands it is the checkpoint that somebody else measured.
        """
        return [Cell(arm, at, self.study.band.pool) for arm, at in self.study.bands().items()]

    @property
    def sampled(self) -> list[Cell]:
        """Every set of rollouts that the study samples."""
        every = [*self.evaluations, *self.curve, *self.pooled]
        return [cell for cell in every if not self.study.imported(cell.arm)]

    @cached_property
    def answered(self) -> list[Cell]:
        """The evaluations whose answers, or first tokens, this study computes the log-probabilities of."""
        laws, first = self.having("loglikelihoods"), self.having("next_tokens")
        return [cell for cell in dict.fromkeys((*laws, *first)) if not self.study.imported(cell.arm)]

    @cached_property
    def exact(self) -> list[Cell]:
        """Those of them that list their answers."""
        return [cell for cell in self.answered if self.study.has("loglikelihoods", *cell)]

    @cached_property
    def begun(self) -> list[Cell]:
        """The evaluations whose metrics by item read laws of first tokens."""
        return [cell for cell in self.measured if by_item.reading(OPENING, self.study.metrics(*cell))]

    @cached_property
    def measured(self) -> list[Cell]:
        """The evaluations that have metrics by item."""
        return [cell for cell in self.having("items") if self.study.metrics(*cell)]

    @cached_property
    def judged(self) -> list[Cell]:
        """Those of them that have verdicts; of passages there are none."""
        return [cell for cell in self.measured if self.study.has("verdicts", *cell)]

    @cached_property
    def reread(self) -> list[Cell]:
        """The evaluations whose metrics by item read completions."""
        return [cell for cell in self.measured if by_item.reading(WRITTEN, self.study.metrics(*cell))]

    @property
    def graded(self) -> list[Cell]:
        """Every set of rollouts that the study grades: its own, and imported ones without verdicts."""
        return [*self.sampled, *(Cell(*triple) for triple in self.study.ungraded())]

    @cached_property
    def parted(self) -> dict[tuple[str, str], list[str]]:
        """Benchmarks whose answers a model sorts into classes, by arm and checkpoint."""
        return self._by_policy("novelty")

    @cached_property
    def embedded(self) -> dict[tuple[str, str], list[str]]:
        """Benchmarks with completions, by arm and checkpoint."""
        return self._by_policy("rollouts")

    @cached_property
    def compared(self) -> dict[tuple[str, str], list[str]]:
        """Benchmarks whose answers a judge compares with the base's, by arm and checkpoint."""
        return self._by_policy("judgements")

    def _by_policy(self, table: str) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for cell in self.having(table):
            found.setdefault((cell.arm, cell.checkpoint), []).append(cell.slice)
        return found
