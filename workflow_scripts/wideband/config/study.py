"""A study: one file, one results folder."""

from pydantic import Field

from .. import scaffolds, tasks
from ..metrics import by_item
from ..metrics.text_names import OWN
from .base import Strict
from .data import Band, Data
from .evaluation import Benchmark, Diversity, Entailment, Grading, Prices, Statistics, Texts
from .imports import Import, Imports, Triple, ordered
from .methods import AnyStage
from .pairs import Pair, Pairs
from .policy import Arm, Base, HubBase, Lora, Sampling, Seed
from .resources import Resources
from .sources import DEFAULT, task_of
from .training import Trainer

# Tables that a study has of whatever was written, by the sections that ask for them.
SECTIONS = ("texts", "entailment")


class Study(Strict):
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
        named = {stage.slice for stage in self.stages.values()} | {each.slice for each in retained if each}
        return sorted(name for name in named if name)

    def imported(self, arm: str) -> bool:
        """Whether the arm's results come out of files instead of being sampled: it has no prompt."""
        return self.arms[arm].prompt is None

    def is_endpoint(self, arm: str) -> bool:
        """Whether the arm's base is asked at someone else's address."""
        base = self.base_of(arm)
        return base is not None and base.kind == "endpoint"

    def own_stages(self, arm: str) -> list[str]:
        """The stages that this study trains the arm through, in order; of an imported arm there are none."""
        body = self.arms[arm]
        if self.imported(arm) or body.policy or not body.train:
            return []
        return list(self.stages if body.stages is None else body.stages)

    def trained(self) -> list[str]:
        """The arms that this study trains."""
        return [arm for arm in self.arms if self.own_stages(arm)]

    def lineage(self, arm: str) -> list[tuple[str, str]]:
        """(arm, stage) of every checkpoint trained here that leads to the arm's last, with who trained it."""
        body = self.arms[arm]
        if self.imported(arm):
            return []
        if body.policy:
            return self.lineage(body.policy)
        own = [(arm, stage) for stage in self.own_stages(arm)]
        if body.start is None:
            return own
        parent, _, stage = body.start.partition(".")
        before = self.lineage(parent)
        return [*before[: [name for _, name in before].index(stage) + 1], *own]

    def holder(self, arm: str, checkpoint: str) -> str:
        """The arm whose folder has the adapter of a checkpoint in the arm's lineage."""
        stage = checkpoint.partition("@")[0]
        return next((trained for trained, name in self.lineage(arm) if name == stage), self.root_of(arm))

    def evaluated_in(self, arm: str, checkpoint: str) -> str:
        """The arm in whose folder the evaluation of a checkpoint lies.

        That is the first arm that asks the same policy in the same way: the untrained base, for one, is
        evaluated once for all arms that are trained from it and asked alike.
        """
        if self.imported(arm):
            inherited = self.arms[arm].start and checkpoint not in self._told(arm)
            return self.evaluated_in(self.above(arm), checkpoint) if inherited else arm
        asked = self._asked(arm, checkpoint)
        return next(
            other
            for other in self.arms
            if not self.imported(other)
            and checkpoint in self.checkpoints(other)
            and self._asked(other, checkpoint) == asked
        )

    def _asked(self, arm: str, checkpoint: str) -> tuple[object, ...]:
        """Which policy a checkpoint is, and how the arm asks it."""
        body, root = self.arms[arm], self.arms[self.root_of(arm)]
        started = (self.base_of(arm), root.start_from)
        policy = started if checkpoint == "base" else self.holder(arm, checkpoint)
        return policy, body.scaffold, body.prompt, body.sampling

    def root_of(self, arm: str) -> str:
        """The arm that the lineage begins with; its `base` is where all of it started."""
        above = self.above(arm)
        return self.root_of(above) if above else arm

    def above(self, arm: str) -> str | None:
        """The arm that an arm's lineage goes on from; None where it begins at the untrained base."""
        body = self.arms[arm]
        return body.policy or (body.start.partition(".")[0] if body.start else None)

    def base_of(self, arm: str) -> Base | None:
        """The base model that an arm's lineage stands on, else the study's; an imported arm may have none."""
        return self.pinned(self.arms[self.root_of(arm)].base or self.base)

    def pinned(self, base: Base | None) -> Base | None:
        """A base model at the commit of `data.revisions`, where its repository is there and it names none."""
        if not isinstance(base, HubBase) or base.revision or base.repo not in self.data.revisions:
            return base
        return base.model_copy(update={"revision": self.data.revisions[base.repo]})

    def stage_before(self, stage: str, arm: str) -> str:
        """The checkpoint that `stage` starts from in the arm's lineage: the stage before it, or `base`."""
        listed = self.imported(arm) and self.arms[arm].start is None
        chain = ["base", *(self.stages if listed else self.checkpoints(arm)[1:])]
        return chain[chain.index(stage) - 1]

    def band_stage(self) -> str | None:
        """The stage that trains on the band (the one without a slice), if any."""
        return next((name for name, stage in self.stages.items() if stage.slice is None), None)

    def checkpoints(self, arm: str) -> list[str]:
        """`base`, then the stages of the arm's lineage; of an imported one where it was evaluated."""
        if not self.imported(arm):
            return ["base", *(stage for _, stage in self.lineage(arm))]
        own = self._told(arm)
        if self.arms[arm].start is None:
            return own or ["base"]
        parent, _, stage = self.arms[arm].start.partition(".")
        before = self.checkpoints(parent)
        before = before[: before.index(stage) + 1]
        return [*before, *(at for at in own if at not in before)]

    def _told(self, arm: str) -> list[str]:
        """The checkpoints that files tell of an imported arm, in the order of training."""
        files = self.imports.of(arm) if self.imports else []
        found = {each.checkpoint for each in files if each.slice in self.benchmarks and each.gives()}
        return list(ordered(found, ["base", *self.stages]))

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
        items, which metrics by item are of; or policy, which only imported results have.
        """
        if not self.imported(arm):
            if "passage" in self.gives(name):
                # Passages are read and not answered: nothing is sampled.
                return table in ("items", "loglikelihoods")
            if table == "loglikelihoods":
                return self._direct(arm) and self.listed(name)
            if table == "next_tokens":
                return self._direct(arm) and (self.listed(name) or "text" in self.gives(name))
            if table == "passk":
                return "gold" in self.gives(name)
            if table in SECTIONS:
                return getattr(self, table) is not None
            return table != "policy"
        if table in SECTIONS:
            return getattr(self, table) is not None and self.has("rollouts", arm, checkpoint, name)
        wanted = "verdicts" if table == "items" else table
        return any(wanted in file.gives() for file in self._at(arm, checkpoint, name))

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
        given = self.compare
        if given is None:
            given = [] if named else [("panel", "think")]
        return [pair for pair in [*given, *named] if set(pair) <= set(self.arms)]

    def meetings(self, first: str, second: str) -> list[tuple[str, str]]:
        """Checkpoints of two compared arms that meet.

        Those that both have, unless they are one policy asked in one way, and last of all both ends, which
        differ where arms branch, where one is trained further than the other or not at all, and where results
        are imported.
        """
        a, b = self.checkpoints(first), self.checkpoints(second)
        shared = [(at, at) for at in a if at in b and self._differ(first, second, at)]
        ends = (a[-1], b[-1])
        return shared if ends in shared else [*shared, ends]

    def _differ(self, first: str, second: str, checkpoint: str) -> bool:
        return self.evaluated_in(first, checkpoint) != self.evaluated_in(second, checkpoint)

    def step_checkpoints(self, stage: str) -> list[str]:
        """`stage@step` for every checkpoint published inside a stage (its end left out)."""
        every, last = self.stages[stage].publish_every, self.stages[stage].steps
        return [f"{stage}@{step}" for step in range(every, last, every)] if every and last else []
