"""The cells of a study: which arm is sampled at which checkpoint on which slice, and what for."""

from functools import cached_property
from typing import NamedTuple

from ..config import Study


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
    def trained(self) -> list[str]:
        """Arms that pass through the stages."""
        return [arm for arm, body in self.study.arms.items() if body.train]

    @cached_property
    def evaluations(self) -> list[Cell]:
        """Every arm after every stage, the untrained base included, on every benchmark."""
        return [
            Cell(arm, checkpoint, name)
            for arm in self.study.arms
            for checkpoint in self.study.checkpoints(arm)
            for name in self.study.benchmarks
        ]

    @cached_property
    def curve(self) -> list[Cell]:
        """The hill-climbing curve's own: checkpoints inside a stage, on held-out problems."""
        return [
            Cell(arm, checkpoint, self.study.band.heldout.slice)
            for arm in self.trained
            for stage, body in self.study.stages.items()
            if body.hill_climb
            for checkpoint in self.study.step_checkpoints(stage)
        ]

    @cached_property
    def pooled(self) -> list[Cell]:
        """What a band is measured on: the pool, under the very checkpoint that its stage starts from."""
        stage = self.study.band_stage()
        if stage is None:
            return []
        return [Cell(arm, self.study.stage_before(stage), self.study.band.pool) for arm in self.trained]

    @property
    def sampled(self) -> list[Cell]:
        """Every set of rollouts of the study."""
        return [*self.evaluations, *self.curve, *self.pooled]
