"""How the checkpoints of arms follow from one another, and which of them are one policy asked in one way."""

from typing import TypeVar

from .imports import ordered
from .merged import Merged
from .policy import Base, HubBase, Published, PublishedAdapter, PublishedCheckpoint

AnyModel = TypeVar("AnyModel")


class Lineages:
    """What follows from the arms and stages of a study, which these methods are part of."""

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
        if self.imported(arm) or body.policy or body.checkpoints or not body.train:
            return []
        return list(self.stages if body.stages is None else body.stages)

    def trained(self) -> list[str]:
        """The arms that this study trains."""
        return [arm for arm in self.arms if self.own_stages(arm)]

    def lineage(self, arm: str) -> list[tuple[str, str]]:
        """(arm, stage) of every checkpoint that leads to the arm's last, with the arm that it is of."""
        body = self.arms[arm]
        if self.imported(arm):
            return []
        if body.policy:
            return self.lineage(body.policy)
        own = [(arm, stage) for stage in (body.checkpoints or self.own_stages(arm))]
        if body.start is None:
            return own
        parent, _, stage = body.start.partition(".")
        before = self.lineage(parent)
        return [*before[: [name for _, name in before].index(stage) + 1], *own]

    def trained_through(self, arm: str) -> list[str]:
        """The stages of this study that the arm's lineage passes; published checkpoints are none."""
        return [stage for _, stage in self.lineage(arm) if stage in self.stages]

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
            inherited = self.arms[arm].start and checkpoint not in self._imported_checkpoints(arm)
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

    def base_of(self, arm: str, checkpoint: str = "base") -> Base | Merged | None:
        """The model that a checkpoint is, or that its adapter is for; an imported arm may have none.

        That is the base of the arm's lineage, else the study's, until a published model takes its place, or
        a merged policy that a stage begins a new adapter on.
        """
        base = self.pinned(self.arms[self.root_of(arm)].base or self.base)
        stage, before = checkpoint.partition("@")[0], (self.root_of(arm), "base")
        for holder, name in self.lineage(arm) if stage != "base" else ():
            published = self._published(holder, name)
            if published and published.kind == "model":
                base = self._as_base(f"{holder}-{name}", published, base)
            elif self._begins_anew(name) and self.adapted(*before):
                base = Merged(*before, getattr(base, "root", base))
            if name == stage:
                break
            before = holder, name
        return base

    def merges(self) -> list[tuple[str, str]]:
        """(arm, checkpoint) of every policy that is merged for a stage that begins a new adapter on it."""
        begun = [self.base_of(arm, stage) for arm in self.trained() for stage in self.own_stages(arm)]
        merged = [base for base in begun if isinstance(base, Merged)]
        return list(dict.fromkeys((base.arm, base.checkpoint) for base in merged))

    def carried(self, arm: str, stage: str) -> str | None:
        """The checkpoint whose adapter a stage goes on with; None where it trains a new one."""
        before = self.stage_before(stage, arm)
        return before if self.adapted(arm, before) and not self._begins_anew(stage) else None

    def _begins_anew(self, stage: str) -> bool:
        return stage in self.stages and self.stages[stage].lora == "new"

    def bases(self) -> dict[str, Base]:
        """Every model that arms which are sampled stand on, by name: bases, and published models."""
        own = [arm for arm in self.arms if not self.imported(arm)]
        found = [self.base_of(arm) for arm in own]
        found += [self.base_of(arm, at) for arm in own for at in self.arms[arm].checkpoints or ()]
        return {base.name: base for base in found if base}

    def adapters(self) -> dict[tuple[str, str], Published]:
        """Published adapters by arm and checkpoint, which is `base` for those that arms start from."""
        found: dict[tuple[str, str], Published] = {}
        for arm, body in self.arms.items():
            if body.start_from:
                found[arm, "base"] = self.pinned(body.start_from)
            for name, published in (body.checkpoints or {}).items():
                if published.kind == "adapter":
                    adapter = PublishedAdapter(repo=published.repo, revision=published.revision)
                    found[arm, name] = self.pinned(adapter)
        return found

    def adapted(self, arm: str, checkpoint: str) -> bool:
        """Whether a checkpoint is an adapter for `base_of`; otherwise it is that model itself."""
        if checkpoint == "base":
            return self.arms[self.root_of(arm)].start_from is not None
        published = self._published(self.holder(arm, checkpoint), checkpoint)
        return published is None or published.kind == "adapter"

    def _published(self, arm: str, checkpoint: str) -> PublishedCheckpoint | None:
        return (self.arms[arm].checkpoints or {}).get(checkpoint)

    def _as_base(self, name: str, published: PublishedCheckpoint, base: Base) -> Base:
        """A published model as a base of its own, in the precision and with the context of its lineage's."""
        return self.pinned(
            HubBase(
                name=name,
                repo=published.repo,
                revision=published.revision,
                dtype=getattr(base, "dtype", "float32"),
                context=getattr(base, "context", HubBase.model_fields["context"].default),
                end=published.end or getattr(base, "end", None),
            )
        )

    def pinned(self, model: AnyModel) -> AnyModel:
        """A model of the hub at the commit under `data.revisions`, if it names none and one is there."""
        if not isinstance(model, HubBase | Published) or model.revision:
            return model
        commit = self.data.revisions.get(model.repo)
        return model.model_copy(update={"revision": commit}) if commit else model

    def stations(self) -> list[str]:
        """`base`, the stages of the study, and the published checkpoints of its arms, in order."""
        published = [name for body in self.arms.values() for name in body.checkpoints or ()]
        return list(dict.fromkeys(("base", *self.stages, *published)))

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
        own = self._imported_checkpoints(arm)
        if self.arms[arm].start is None:
            return own or ["base"]
        parent, _, stage = self.arms[arm].start.partition(".")
        before = self.checkpoints(parent)
        before = before[: before.index(stage) + 1]
        return [*before, *(at for at in own if at not in before)]

    def _imported_checkpoints(self, arm: str) -> list[str]:
        """The checkpoints that files tell of an imported arm, in the order of training."""
        files = self.imports.of(arm) if self.imports else []
        found = {file.checkpoint for file in files if file.slice in self.benchmarks and file.gives()}
        return list(ordered(found, ["base", *self.stages]))

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

    def eval_steps(self, stage: str) -> list[int]:
        """After how many steps a stage is evaluated inside, from none to all; [] where it is not."""
        evaluated, last = getattr(self.stages[stage], "eval", None), self.stages[stage].steps
        return [*range(0, last, evaluated.every), last] if evaluated and last else []

    def eval_logs(self) -> list[tuple[str, str]]:
        """(arm, stage) of every training that is evaluated inside."""
        own = [(arm, stage) for arm in self.trained() for stage in self.own_stages(arm)]
        return [(arm, stage) for arm, stage in own if self.eval_steps(stage)]
