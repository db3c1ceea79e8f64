"""The numbers that compare two arms at the same checkpoint on the same benchmark."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..config import Study
from ..metrics.diversity_names import CORRECT, DIVERSITY_METRICS
from .plan import Request, arm_path, metric_path
from .plan_arms import prices

WHO = ("first_only", "second_only", "both", "neither")
LEVELS = ("quarter", "half", "full", "one_attempt")


@dataclass(frozen=True)
class Pair:
    """Two arms at one checkpoint on one benchmark with n rollouts a problem."""

    first: str
    second: str
    checkpoint: str
    name: str
    n: int

    @property
    def cell(self) -> str:
        """The part of an id that says which pair."""
        return f"{self.name}.{self.first}-{self.second}.{self.checkpoint}"

    def metrics(self, metric: str) -> tuple[str, str]:
        """Per-problem tables of both arms."""
        return (
            metric_path(metric, self.first, self.checkpoint, self.name),
            metric_path(metric, self.second, self.checkpoint, self.name),
        )


def pairs(study: Study) -> list[Pair]:
    """Every comparison of a study; none when it lacks one of the compared arms."""
    first, second = study.compare
    if first not in study.arms or second not in study.arms:
        return []
    shared = [at for at in study.checkpoints(first) if at in study.checkpoints(second)]
    return [
        Pair(first, second, at, name, study.benchmarks[name].n) for at in shared for name in study.benchmarks
    ]


def pair_numbers(study: Study) -> Iterator[Request]:
    """Requests for every pair: accuracy, tests over families, diversity, tokens, budgets, money."""
    found = pairs(study)
    for pair in found:
        yield from _passk(pair)
        yield from _tokens(study, pair)
        yield from _budgets(pair)
        yield from _relative(pair)
    for k in range(1, max((pair.n for pair in found), default=0) + 1):
        yield from _family([pair for pair in found if pair.n >= k], "passk", f"pass@{k}", "", ("t", "p"))
    for metric in DIVERSITY_METRICS:
        for suffix in ("", CORRECT):
            yield from _family(found, "diversity", metric, suffix, ("t", "p", "p_wilcoxon"))


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


def _relative(pair: Pair) -> Iterator[Request]:
    paths = pair.metrics("diversity")
    for metric in DIVERSITY_METRICS:
        for suffix in ("", CORRECT):
            identity = f"{metric}.relative.{pair.cell}{suffix}"
            yield Request(identity, "paired.relative", {"metric": metric + suffix}, paths)


def _passk(pair: Pair) -> Iterator[Request]:
    paths = pair.metrics("passk")
    for who in WHO:
        yield Request(f"overlap.{pair.cell}.{who}", "passk.overlap", {"who": who}, paths)
    yield Request(f"gap_closure.{pair.cell}", "passk.gap_closure", {"k": pair.n}, paths)
    yield Request(f"crossover.{pair.cell}", "passk.crossover", {}, paths)


def _tokens(study: Study, pair: Pair) -> Iterator[Request]:
    arms = (pair.first, pair.second)
    tables = ("rollouts", "verdicts")
    samples = tuple(arm_path(table, arm, pair.checkpoint, pair.name) for arm in arms for table in tables)
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
        for what, arm in (("first", pair.first), ("second", pair.second)):
            identity = f"budget_accuracy.{pair.name}.{arm}.{pair.checkpoint}.{level}"
            yield Request(identity, "cost.budget_accuracy", {"level": level, "what": what}, paths)
        args = {"level": level, "what": "difference"}
        yield Request(f"budget_accuracy.diff.{pair.cell}.{level}", "cost.budget_accuracy", args, paths)
