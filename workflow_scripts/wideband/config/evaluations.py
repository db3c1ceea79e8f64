"""Which evaluations a study has: of every arm, checkpoint and benchmark the tables, metrics and settings."""

from .. import scaffolds
from ..metrics import by_item
from ..metrics.text_names import OWN
from .evaluation import Benchmark
from .import_file import Import, Triple
from .lineages import Lineages

# Tables that a study has of whatever was written, by the sections that ask for them.
SECTIONS = ("texts", "entailment")
# What is judged of a task's answers, by a section of its name.
NOVELTY = "novelty"


class Evaluations(Lineages):
    """What follows from the arms and benchmarks of a study, which these methods are part of."""

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
        settings = self.arms[arm].sampling.model_dump(exclude_none=True)
        return self.benchmarks[name].model_copy(update=settings)
