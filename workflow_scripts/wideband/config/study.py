"""A study: one file, one results folder."""

from pydantic import Field

from .. import scaffolds, tasks
from ..metrics import by_item
from ..metrics.text_names import OWN
from .base import Strict
from .data import Band, Data
from .evaluation import Benchmark, Diversity, Entailment, Grading, Judge, Novelty, Prices, Statistics, Texts
from .imports import Import, Imports, Triple
from .lineages import Lineages
from .methods import AnyStage
from .pairs import Pair, Pairs
from .policy import Arm, Base, Lora, Sampling, Seed
from .resources import Resources
from .sources import DEFAULT, task_of
from .training import Trainer

# Tables that a study has of whatever was written, by the sections that ask for them.
SECTIONS = ("texts", "entailment")
# What is judged of a task's answers, by a section of its name.
NOVELTY = "novelty"


class Study(Lineages, Strict):
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

    def has(self, table: str, arm: str, checkpoint: str, name: str) -> bool:
        """Whether this study has a table of the arm at a checkpoint on a slice.

        `table`: rollouts, verdicts, loglikelihoods, next_tokens, passk, diversity, texts, entailment, cost;
        novelty, classes of answers by a model; judgements, beside the base; items, which metrics by item are
        of; or policy, which only imported results have.
        """
        if table == "judgements":
            return self._judged(arm, checkpoint, name)
        if not self.imported(arm):
            if "passage" in self.gives(name):
                return table in ("items", "loglikelihoods")
            if not self.samples(name) and table not in ("items", "loglikelihoods", "next_tokens"):
                return False
            if table == "loglikelihoods":
                return self._direct(arm) and self.listed(name)
            if table == "next_tokens":
                return self._direct(arm) and (self.listed(name) or "text" in self.gives(name))
            if table == "passk":
                return "gold" in self.gives(name)
            if table == NOVELTY:
                return self.novelty is not None and "classes" in self.gives(name)
            if table in SECTIONS:
                return getattr(self, table) is not None
            return table != "policy"
        if table in SECTIONS:
            return getattr(self, table) is not None and self.has("rollouts", arm, checkpoint, name)
        wanted = "verdicts" if table == "items" else table
        return any(wanted in file.gives() for file in self._at(arm, checkpoint, name))

    def samples(self, name: str) -> bool:
        """Whether a slice has rollouts: passages are read and not answered, and a benchmark's n may be 0."""
        asked = self.benchmarks.get(name)
        return "passage" not in self.gives(name) and (asked is None or asked.n > 0)

    def _judged(self, arm: str, checkpoint: str, name: str) -> bool:
        """Whether a judge compares answers with the base's: where none is right, and both are written."""
        open_ended = "text" in self.gives(name) and checkpoint != "base" and "base" in self.checkpoints(arm)
        both = (checkpoint, "base")
        return (
            self.judge is not None and open_ended and all(self.has("rollouts", arm, at, name) for at in both)
        )

    def _at(self, arm: str, checkpoint: str, name: str) -> list[Import]:
        """The files about an imported arm at a checkpoint, which may be that of the arm it began from."""
        return self.imports.at(self.evaluated_in(arm, checkpoint), checkpoint, name) if self.imports else []

    def metrics(self, arm: str, checkpoint: str, name: str) -> list[str]:
        """The metrics by item of an evaluation: what its task gives and its tables allow."""
        gives = self.gives(name) - self._unread(arm)
        return by_item.applying(gives, lambda table: self.has(table, arm, checkpoint, name))

    def _direct(self, arm: str) -> bool:
        """Whether a completion begins with its answer, so that what it begins with says something."""
        return scaffolds.get(self.arms[arm].scaffold).direct and not self.is_endpoint(arm)

    def _unread(self, arm: str) -> set[str]:
        """What of a completion's text an arm's scaffold says nothing of: where it ends, its working."""
        shown = not self.imported(arm) and scaffolds.get(self.arms[arm].scaffold).open_ended
        return set() if shown else {"end", "working"}

    def tokens(self, arm: str) -> list[str]:
        """What n-grams of an arm's texts are counted in: imported arms and endpoints show no tokenizer."""
        every = self.texts.tokens if self.texts else []
        shown = not self.imported(arm) and not self.is_endpoint(arm)
        return [kind for kind in every if kind != OWN or shown]

    def lacks(self, arm: str, checkpoint: str, name: str) -> set[str]:
        """What imported results do not record of their rollouts."""
        return {lack for file in self._at(arm, checkpoint, name) for lack in file.lacks}

    def priced(self, arm: str, checkpoint: str, name: str) -> bool:
        """Whether cost in money says something: of imported results only at prices that are given."""
        prices = self.prices.input_per_million or self.prices.output_per_million
        return not self.imported(arm) or (
            bool(prices) and "prompt_tokens" not in self.lacks(arm, checkpoint, name)
        )

    def evaluations(self, table: str = "verdicts") -> list[Triple]:
        """(arm, checkpoint, benchmark) of every evaluation that has the table; arms may share one."""
        return [
            (arm, checkpoint, name)
            for arm in self.arms
            for checkpoint in self.checkpoints(arm)
            for name in self.benchmarks
            if self.has(table, arm, checkpoint, name)
        ]

    def separate_evaluations(self, table: str = "verdicts") -> list[Triple]:
        """As `evaluations`, where each lies: arms that ask the same policy in the same way share one."""
        return [triple for triple in self.evaluations(table) if self.evaluated_in(*triple[:2]) == triple[0]]

    def draws(self, arm: str, checkpoint: str, name: str) -> int:
        """Rollouts per problem of an evaluation."""
        files = self._at(arm, checkpoint, name) if self.imported(arm) else []
        return max((file.n for file in files if file.n), default=self.sampled(arm, name).n)

    def sampled(self, arm: str, name: str) -> Benchmark:
        """A benchmark as an arm is sampled on it: with what the arm says in place of it."""
        said = self.arms[arm].sampling.model_dump(exclude_none=True)
        return self.benchmarks[name].model_copy(update=said)

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
