"""The numbers that compare arms, two at a time, on the same benchmark, mostly at the same checkpoint."""

from collections.abc import Iterator

from ..config import Study
from ..config.evaluations import SECTIONS
from ..metrics.diversity_names import CORRECT, DIVERSITY_METRICS
from . import plan_texts
from .plan import Pair, Request, arm_path, family, ks
from .plan_answers import TABLE, shared
from .plan_arms import measured, prices

WHO = ("first_only", "second_only", "both", "neither")
LEVELS = ("quarter", "half", "full", "one_attempt")


def pairs(study: Study) -> list[Pair]:
    """Every comparison of a study, pair by pair of its arms."""
    return [
        Pair(first, second, at, name, ks(study, name, (first, at[0]), (second, at[1])))
        for first, second in study.pairs()
        for at in study.meetings(first, second)
        for name in study.benchmarks
    ]


def pair_numbers(study: Study) -> Iterator[Request]:
    """Requests for every pair: accuracy, tests over families, diversity, tokens, budgets, money."""
    found = pairs(study)
    solved, costed, spread = (
        [pair for pair in found if pair.have(study, table)] for table in ("passk", "cost", "diversity")
    )
    costed = [pair for pair in costed if pair in solved]
    for pair in found:
        yield from _passk(pair) if pair in solved else ()
        yield from _tokens(study, pair) if pair in costed else ()
        yield from _budgets(pair, costed) if pair in costed else ()
        yield from _relative(study, pair) if pair in spread else ()
        yield from plan_texts.judge_differences(study, pair)
    for k in sorted({k for pair in solved for k in pair.ks}):
        members = [pair for pair in solved if k in pair.ks]
        yield from _tests(study, members, "passk", f"pass@{k}", "", ("t", "p"))
    for metric in DIVERSITY_METRICS:
        for suffix in ("", CORRECT):
            members = [pair for pair in spread if (metric, suffix) in _measured(study, pair)]
            yield from _tests(study, members, "diversity", metric, suffix, ("t", "p", "p_wilcoxon"))
    answered = {pair: shared(study, *pair.sides, pair.name) for pair in found}
    for metric in sorted({metric for metrics in answered.values() for metric in metrics}):
        members = [pair for pair in found if metric in answered[pair]]
        yield from _tests(study, members, TABLE, metric, "", ("t", "p"))
    for table in SECTIONS:
        written = {pair: _written(study, table, pair) for pair in found}
        for metric in dict.fromkeys(metric for metrics in written.values() for metric in metrics):
            members = [pair for pair in found if metric in written[pair]]
            name, correct, _ = metric.partition(CORRECT)
            yield from _tests(study, members, table, name, correct, ("t", "p", "p_wilcoxon"))


def _written(study: Study, table: str, pair: Pair) -> list[str]:
    """Measures of texts that both have."""
    first, second = (plan_texts.measures(study, table, arm, at, pair.name) for arm, at in pair.sides)
    return [point for point in first if point in second]


def _measured(study: Study, pair: Pair) -> list[tuple[str, str]]:
    """Diversity metrics that both have."""
    first, second = (measured(study, arm, at, pair.name) for arm, at in pair.sides)
    return [point for point in first if point in second]


TESTS = {"t": "paired.t", "p": "paired.t_p", "p_wilcoxon": "paired.wilcoxon_p"}


def _tests(
    study: Study, members: list[Pair], table: str, metric: str, suffix: str, tests: tuple[str, ...]
) -> Iterator[Request]:
    """Difference and its tests, and p adjusted over the family where the pair is a member of it."""
    args, tested = {"metric": metric + suffix}, family(study, members)
    cells, tables = [pair.cell for pair in tested], [pair.metrics(table) for pair in tested]
    for pair in members:
        identity, paths = f"{metric}.diff.{pair.cell}{suffix}", pair.metrics(table)
        yield Request(identity, "paired.difference", args, paths)
        for test in tests:
            yield Request(f"{identity}.{test}", TESTS[test], args, paths)
        if pair in tested:
            place = {"family": cells, "member": tested.index(pair)}
            together = tuple(path for both in tables for path in both)
            yield Request(f"{identity}.p_holm", "paired.holm_p", {**args, **place}, together)


def _relative(study: Study, pair: Pair) -> Iterator[Request]:
    paths = pair.metrics("diversity")
    for metric, suffix in _measured(study, pair):
        identity = f"{metric}.relative.{pair.cell}{suffix}"
        yield Request(identity, "paired.relative", {"metric": metric + suffix}, paths)


def _passk(pair: Pair) -> Iterator[Request]:
    paths = pair.metrics("passk")
    for who in WHO:
        yield Request(f"overlap.{pair.cell}.{who}", "passk.overlap", {"who": who}, paths)
    if pair.ks[-1] > 1:
        yield Request(f"gap_closure.{pair.cell}", "passk.gap_closure", {"k": pair.ks[-1]}, paths)
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
    if all(study.priced(arm, at, pair.name) for arm, at in pair.sides):
        yield Request(f"money_per_correct.diff.{pair.cell}", money, prices(study), paths)


def _budgets(pair: Pair, costed: list[Pair]) -> Iterator[Request]:
    """At the pair's common budget."""
    paths = tuple(
        path for both in zip(pair.metrics("passk"), pair.metrics("cost"), strict=True) for path in both
    )
    for level in LEVELS:
        yield Request(f"budget_tokens.{pair.cell}.{level}", "cost.budget_tokens", {"level": level}, paths)
        for what, (arm, at) in zip(("first", "second"), pair.sides, strict=True):
            identity = f"budget_accuracy.{_budget_cell(pair, (arm, at), costed)}.{level}"
            yield Request(identity, "cost.budget_accuracy", {"level": level, "what": what}, paths)
        args = {"level": level, "what": "difference"}
        yield Request(f"budget_accuracy.diff.{pair.cell}.{level}", "cost.budget_accuracy", args, paths)


def _budget_cell(pair: Pair, side: tuple[str, str], costed: list[Pair]) -> str:
    """How the accuracy of a side at the pair's budget is called.

    A checkpoint that meets several others has a budget with each of them. It goes by its own name in the pair
    of arms that is named first, and there in the last meeting, which the report shows; else by the pair's.
    """
    meant = [candidate for candidate in costed if candidate.name == pair.name and side in candidate.sides]
    owner = [candidate for candidate in meant if candidate.arms == meant[0].arms][-1]
    arm, at = side
    return f"{pair.name}.{arm}.{at}" if pair == owner else f"{pair.cell}.{arm}"
