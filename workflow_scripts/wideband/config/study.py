"""A study: one file, one results folder."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from .. import tasks
from .base import Strict
from .data import Band, Data
from .evaluation import Benchmark, Diversity, Entailment, Grading, Judge, Novelty, Prices, Statistics, Texts
from .evaluations import Evaluations
from .import_file import Triple
from .imports import Imports
from .methods import AnyStage
from .policy import Arm, Base, Lora, Sampling, Seed
from .resources import Resources
from .sources import DEFAULT, task_of
from .training import Trainer

# Two arms that are compared.
Pair = tuple[str, str]


def _listed(written: Any) -> list[Pair] | None:
    """Pairs, of which a single one may stand without the outer list."""
    if written is None:
        return None
    pairs = [written] if _is_pair(written) else written
    if not isinstance(pairs, list | tuple) or not all(map(_is_pair, pairs)):
        raise PydanticCustomError("pairs", "write pairs of arms, as [a, b] or [[a, b], [a, c]]")
    return [tuple(pair) for pair in pairs]


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(arm, str) for arm in value)


Pairs = Annotated[
    list[Pair] | None, BeforeValidator(_listed, json_schema_input_type=list[Pair] | Pair | None)
]


class Study(Evaluations, Strict):
    """Everything that defines a study's results."""

    name: str = Field(description="the study's name; its results folder")
    title: str = Field(description="one line for the report")
    plugins: list[str] = Field(
        [],
        description="Python files of your own in this repository, relative to its top, that register tasks, "
        "rewards and metrics (docs/own-task.md); they are run whenever the study is loaded",
    )
    data: Data = Field(default_factory=Data, description="sources and slices")
    base: Base | None = Field(None, description="the base model of every arm that names none of its own")
    lora: Lora = Field(default_factory=Lora, description="LoRA of the policy")
    sampling: Sampling = Field(default_factory=Sampling, description="the sampling engine")
    arms: dict[str, Arm] = Field(description="arms by name, in the order of the report")
    compare: Pairs = Field(
        None,
        description="pairs of arms that are compared by item, first minus second; `[a, b]` is short for one; "
        "when null, panel and think, unless arms say `against`",
    )
    seeds: list[Seed] = Field(
        [],
        description="every trained arm is trained once per seed: its numbers are means over these runs, with "
        "intervals over items and seeds; empty: one training run with the seeds of the stages",
    )
    trainer: Trainer = Field(default_factory=Trainer, description="what every stage shares")
    stages: dict[str, AnyStage] = Field(
        default_factory=dict, description="stages by name, in the order of training"
    )
    band: Band = Field(default_factory=Band, description="pass-rate classification of the pool")
    benchmarks: dict[str, Benchmark] = Field(description="benchmarks by the name of their slice")
    grading: Grading = Field(default_factory=Grading, description="how verdicts are reached")
    diversity: Diversity = Field(default_factory=Diversity, description="settings of the diversity metrics")
    texts: Texts | None = Field(
        None, description="more measures of texts, across prompts as well; null: none of them"
    )
    entailment: Entailment | None = Field(
        None, description="distances between texts by entailment; null: none"
    )
    novelty: Novelty | None = Field(
        None,
        description="NoveltyBench's classifier and reward model, for items of task `novelty`; null: overlap "
        "of words stands in for them",
    )
    judge: Judge | None = Field(
        None, description="a model that compares answers with those of the base, over an API; null: none"
    )
    statistics: Statistics = Field(default_factory=Statistics, description="intervals and tests")
    prices: Prices = Field(default_factory=Prices, description="price table for cost in money")
    imports: Imports | None = Field(None, description="results that others measured, for arms without prompt")
    resources: Resources = Field(default_factory=Resources, description="what jobs ask of a cluster")

    def task_of(self, name: str) -> str:
        """The kind of a slice's items, a name in wideband.tasks; the held-out slice is part of the pool."""
        part = self.data.slices.get(self.band.pool if name == self.band.heldout.slice else name)
        return task_of(part.source) if part else DEFAULT

    def gives(self, name: str) -> frozenset[str]:
        """What the items of a slice have, as their task says: gold, answer, options, law."""
        return tasks.load(self.task_of(name)).GIVES

    def listed(self, name: str) -> bool:
        """Whether a slice's items list their answers, and ask for one of them and nothing else."""
        return {"options", "end"} <= self.gives(name)

    def trained_slices(self) -> list[str]:
        """Slices whose items stages learn from, those that they retain among them; sorted."""
        retained = (getattr(stage, "retain", None) for stage in self.stages.values())
        named = {stage.slice for stage in self.stages.values()} | {
            retain.slice for retain in retained if retain
        }
        return sorted(name for name in named if name)

    def evaluated_slices(self) -> list[str]:
        """Slices whose items nothing may learn from: benchmarks, and what stages are evaluated on; sorted."""
        inside = (getattr(stage, "eval", None) for stage in self.stages.values())
        return sorted({*self.benchmarks, *(evaluated.slice for evaluated in inside if evaluated)})

    def seen(self) -> dict[str, str]:
        """Benchmarks whose items were trained on, as the study wants it, and in which slice each."""
        return {name: body.seen for name, body in self.benchmarks.items() if body.seen}

    def has_pool(self) -> bool:
        """Whether there is a pool, which bands are measured on and the held-out slice is drawn from."""
        return self.band.pool in self.data.slices or self.band.pool in self.imported_slices()

    def imported_slices(self) -> list[str]:
        """The slices whose problems come out of imported files, since this study draws none of that name."""
        drawn = set(self.data.slices)
        if self.band.pool in drawn:
            drawn.add(self.band.heldout.slice)
        return [name for name in self.imports.described() if name not in drawn] if self.imports else []

    def splits(self) -> list[str]:
        """Arms with a training split of their own: trained ones, and imported ones that published theirs."""
        files = self.imports.files if self.imports else []
        published = {file.arm for file in files if file.format == "problems" and file.arm}
        return [arm for arm in self.bands() if arm in self.trained() or arm in published]

    def ungraded(self) -> list[Triple]:
        """(arm, checkpoint, slice) of imported completions that this project's grader is to judge."""
        files = self.imports.files if self.imports else []
        return [(file.arm, file.checkpoint, file.slice) for file in files if file.graded_here]

    def bands(self) -> dict[str, str]:
        """The checkpoint at which the pool was classified, by arm."""
        stage = self.band_stage()
        trained = [arm for arm in self.arms if stage in self.own_stages(arm)]
        found = {arm: self.stage_before(stage, arm) for arm in trained}
        for file in self.imports.files if self.imports else ():
            if file.slice == self.band.pool and "verdicts" in file.gives():
                found[file.arm] = file.checkpoint
        return {arm: found[arm] for arm in self.arms if arm in found}

    def logs(self) -> list[tuple[str, str]]:
        """(arm, stage) of every training log."""
        files = self.imports.files if self.imports else []
        found = {(file.arm, file.checkpoint) for file in files if file.format == "training_log"}
        found |= {(arm, stage) for arm in self.arms for stage in self.own_stages(arm)}
        return [(arm, stage) for arm in self.arms for stage in self.stages if (arm, stage) in found]

    def pairs(self) -> list[Pair]:
        """The arms that are compared: the pairs of `compare`, then those of arms that name another."""
        named = [(arm, body.against) for arm, body in self.arms.items() if body.against]
        listed = self.compare
        if listed is None:
            listed = [] if named else [("panel", "think")]
        return [pair for pair in [*listed, *named] if set(pair) <= set(self.arms)]
