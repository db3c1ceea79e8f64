"""A study: one file, one results folder."""

from pydantic import Field

from .base import Strict
from .data import Band, Data
from .evaluation import Benchmark, Diversity, Grading, Prices, Statistics
from .policy import Arm, Base, HubBase, Lora, MicroBase, Sampling
from .resources import Resources
from .training import Stage, Trainer


class Study(Strict):
    """Everything that defines a study's results."""

    name: str = Field(description="the study's name; its results folder")
    title: str = Field(description="one line for the report")
    data: Data = Field(description="sources and slices")
    base: Base = Field(description="the base model of every arm that names none of its own")
    lora: Lora = Field(default_factory=Lora, description="LoRA of the policy")
    sampling: Sampling = Field(default_factory=Sampling, description="the sampling engine")
    arms: dict[str, Arm] = Field(description="arms by name, in the order of the report")
    compare: tuple[str, str] = Field(("panel", "think"), description="the two arms that are paired")
    trainer: Trainer = Field(default_factory=Trainer, description="what every stage shares")
    stages: dict[str, Stage] = Field(description="stages by name, in the order of training")
    band: Band = Field(default_factory=Band, description="pass-rate classification of the pool")
    benchmarks: dict[str, Benchmark] = Field(description="benchmarks by the name of their slice")
    grading: Grading = Field(default_factory=Grading, description="how verdicts are reached")
    diversity: Diversity = Field(default_factory=Diversity, description="settings of the diversity metrics")
    statistics: Statistics = Field(default_factory=Statistics, description="intervals and tests")
    prices: Prices = Field(default_factory=Prices, description="price table for cost in money")
    resources: Resources = Field(default_factory=Resources, description="what jobs ask of a cluster")

    def base_of(self, arm: str) -> MicroBase | HubBase:
        """The base model that `arm` stands on: its own, or the study's."""
        return self.arms[arm].base or self.base

    def stage_before(self, stage: str) -> str:
        """The checkpoint that `stage` starts from: the stage before it, or `base`."""
        names = list(self.stages)
        position = names.index(stage)
        return names[position - 1] if position else "base"

    def band_stage(self) -> str | None:
        """The stage that trains on the band (the one without a slice), if any."""
        return next((name for name, stage in self.stages.items() if stage.slice is None), None)

    def checkpoints(self, arm: str) -> list[str]:
        """`base`, then the stages the arm is trained through."""
        return ["base", *self.stages] if self.arms[arm].train else ["base"]

    def step_checkpoints(self, stage: str) -> list[str]:
        """`stage@step` for every checkpoint published inside a stage (its end left out)."""
        every, last = self.stages[stage].publish_every, self.stages[stage].steps
        return [f"{stage}@{step}" for step in range(every, last, every)] if every else []
