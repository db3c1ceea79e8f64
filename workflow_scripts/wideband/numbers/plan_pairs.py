"""The numbers that compare two arms on the same benchmark, mostly at the same checkpoint."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..config import Study
from ..metrics.diversity_names import CORRECT, DIVERSITY_METRICS
from .plan import Request, arm_path, joined, metric_path
from .plan_arms import measured, prices

WHO = ("first_only", "second_only", "both", "neither")
LEVELS = ("quarter", "half", "full", "one_attempt")


@dataclass(frozen=True)
class Pair:
    """Two arms, each at its checkpoint, on one benchmark with at least n rollouts a problem of both."""

    first: str
    second: str
    at: tuple[str, str]
    name: str
    n: int

    @property
    def cell(self) -> str:
        """The part of an id that says which pair."""
        return f"{self.name}.{self.first}-{self.second}.{joined(*self.at)}"

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


def pairs(study: Study) -> list[Pair]:
    """Every comparison of a study; none when it lacks one of the compared arms."""
    first, second = study.compare
    return [
        Pair(first, second, at, name, min(study.draws(first, at[0], name), study.draws(second, at[1], name)))
        for at in study.meetings()
        for name in study.benchmarks
    ]


def pair_numbers(study: Study) -> Iterator[Request]:
    """Requests for every pair: accuracy, tests over families, diversity, tokens, budgets, money."""
    found = pairs(study)
    solved, costed, spread = (
        [pair for pair in found if pair.have(study, table)] for table in ("passk", "cost", "diversity")
    )
    for pair in found:
        yield from _passk(pair) if pair in solved else ()
        yield from _tokens(study, pair) if pair in costed else ()
        yield from _budgets(pair) if pair in costed else ()
        yield from _relative(study, pair) if pair in spread else ()
    for k in range(1, max((pair.n for pair in solved), default=0) + 1):
        yield from _family([pair for pair in solved if pair.n >= k], "passk", f"pass@{k}", "", ("t", "p"))
    for metric in DIVERSITY_METRICS:
        for suffix in ("", CORRECT):
            members = [pair for pair in spread if (metric, suffix) in _measured(study, pair)]
            yield from _family(members, "diversity", metric, suffix, ("t", "p", "p_wilcoxon"))


def _measured(study: Study, pair: Pair) -> list[tuple[str, str]]:
    """Diversity metrics that both have."""
    first, second = (measured(study, arm, at, pair.name) for arm, at in pair.sides)
    return [each for each in first if each in second]


TESTS = {"t": "paired.t", "p": "paired.t_p", "p_wilcoxon": "paired.wilcoxon_p"}


def _family(
    members: list[Pair], table: str, metric: str, suffix: str, tests: tuple[str, ...]
) -> Iterator[Request]:
    """Difference, its tests, and p adjusted over all checkpoints and benchmarks of the metric."""
    args = {"metric": metric + suffix}
    family = tuple(path for pair in members for path in pair.metrics(table))
    for member, pair in enumerate(members):
        identity, paths = f"{metric}.diff.{pair.cell}{suffix}", pair.metrics(table)
        yield Request(identity, "paired.difference", args, paths)
        for test in tests:
            yield Request(f"{identity}.{test}", TESTS[test], args, paths)
        yield Request(f"{identity}.p_holm", "paired.holm_p", {**args, "member": member}, family)


def _relative(study: Study, pair: Pair) -> Iterator[Request]:
    paths = pair.metrics("diversity")
    for metric, suffix in _measured(study, pair):
        identity = f"{metric}.relative.{pair.cell}{suffix}"
        yield Request(identity, "paired.relative", {"metric": metric + suffix}, paths)


def _passk(pair: Pair) -> Iterator[Request]:
    paths = pair.metrics("passk")
    for who in WHO:
        yield Request(f"overlap.{pair.cell}.{who}", "passk.overlap", {"who": who}, paths)
    yield Request(f"gap_closure.{pair.cell}", "passk.gap_closure", {"k": pair.n}, paths)
    yield Request(f"crossover.{pair.cell}", "passk.crossover", {}, paths)


def _tokens(study: Study, pair: Pair) -> Iterator[Request]:
    tables = ("rollouts", "verdicts")
    samples = tuple(arm_path(table, arm, at, pair.name) for arm, at in pair.sides for table in tables)
    for bucket in WHO:
        yield Request(f"token_ratio.{pair.cell}.{bucket}", "cost.token_ratio", {"bucket": bucket}, samples)
    for per in ("draw", "problem"):
        identity = f"token_ratio.p_wilcoxon.{pair.cell}.{per}"
        yield Request(identity, "cost.token_wilcoxon_p", {"per": per}, samples)
    paths = pair.metrics("cost")
    yield Request(f"tokens_per_correct.ratio.{pair.cell}", "cost.tokens_per_correct_ratio", {}, paths)
    money = "cost.money_per_correct_difference"
    yield Request(f"money_per_correct.diff.{pair.cell}", money, prices(study), paths)


def _budgets(pair: Pair) -> Iterator[Request]:
    paths = tuple(
        path for both in zip(pair.metrics("passk"), pair.metrics("cost"), strict=True) for path in both
    )
    for level in LEVELS:
        yield Request(f"budget_tokens.{pair.cell}.{level}", "cost.budget_tokens", {"level": level}, paths)
        for what, (arm, at) in zip(("first", "second"), pair.sides, strict=True):
            identity = f"budget_accuracy.{pair.name}.{arm}.{at}.{level}"
            yield Request(identity, "cost.budget_accuracy", {"level": level, "what": what}, paths)
        args = {"level": level, "what": "difference"}
        yield Request(f"budget_accuracy.diff.{pair.cell}.{level}", "cost.budget_accuracy", args, paths)
