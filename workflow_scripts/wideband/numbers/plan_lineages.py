"""What the stages of trained lineages did to measures of diversity, and what another way of asking recovers.

Shares are of measures that begin at 0: of the Vendi score, which begins at 1, what is above 1 for each output
beyond the first. Correct outputs are fewer than all. That does not move means over pairs of outputs, such as
distances; EAD and Vendi fall with their number, so that correct outputs are held against as many of all too.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from ..config import Study
from ..metrics import text_names
from ..metrics.diversity_names import CORRECT
from ..metrics.shares import MEANS, RATIOS
from .lineages import Asked, Point, Step, asked, steps
from .plan import Request, metric_path
from .plan_texts import measures

# The name that stands for all benchmarks together in ids.
EVERY = "all_tasks"
PAIRED = "cosine_distance"
Measure = tuple[str, str]
# A test: the beginning of its id, the measure, and its two tables, later first.
Test = tuple[str, str, tuple[str, str]]


def lineage_numbers(study: Study) -> Iterator[Request]:
    """Requests for every lineage that is trained here, measure by measure."""
    found = [step for step in steps(study) if not study.imported(step.arm)]
    others = [asking for asking in asked(study) if not study.imported(asking.arm)]
    points = dict.fromkeys(point for pair in (*found, *others) for point in pair.points)
    # The same evaluations are asked for again and again.
    measured = cache(partial(of_evaluation, study))
    every = (measure for point in points for name in study.benchmarks for measure in measured(*point, name))
    for table, metric in dict.fromkeys(every):
        known = _Known(study, table, metric, measured)
        yield from _attribution(study, known, found)
        yield from _recovery(study, known, others)
        yield from _decomposition(known, found)
    yield from _accuracy(study, others)


class _Known:
    """Where a measure was taken."""

    def __init__(
        self, study: Study, table: str, metric: str, measured: Callable[[str, str, str], list[Measure]]
    ) -> None:
        """`measured`: the measures of an evaluation."""
        self.study, self.table, self.metric, self._measured = study, table, metric, measured

    def names(self, *points: Point) -> list[str]:
        """The benchmarks on which all these points have it."""
        wanted = (self.table, self.metric)
        return [
            name
            for name in self.study.benchmarks
            if all(wanted in self._measured(*point, name) for point in points)
        ]

    def paths(self, name: str, *points: Point) -> tuple[str, ...]:
        """The tables of points on a benchmark."""
        return tuple(metric_path(self.table, arm, at, name) for arm, at in points)


def of_evaluation(study: Study, arm: str, checkpoint: str, name: str) -> list[Measure]:
    """(table, metric) of what shares of the base can be told of."""
    found = [("diversity", PAIRED)] if study.has("diversity", arm, checkpoint, name) else []
    for table, beginning in (("texts", ("ead_", text_names.FURTHER)), ("entailment", "entailment")):
        every = (
            measures(study, table, arm, checkpoint, name) if study.has(table, arm, checkpoint, name) else []
        )
        plain = [measure for measure in every if measure.startswith(beginning) and "_across" not in measure]
        found += [(table, measure) for measure in plain if not measure.endswith(CORRECT)]
    return found


def _attribution(study: Study, known: _Known, found: Sequence[Step]) -> Iterator[Request]:
    tests: list[Test] = []
    for step in found:
        start, at = step.points
        points = ((step.arm, "base"), start, at)
        names = known.names(*points)
        # What all benchmarks show together is not about trained items.
        unseen = [name for name in names if not study.benchmarks[name].seen]
        for benchmarks in (*([name] for name in names), *([unseen] if len(unseen) > 1 else [])):
            name = benchmarks[0] if len(benchmarks) == 1 else EVERY
            yield from _shares(
                known, f"{known.metric}.change.{step.cell(name)}", "lineage.change", benchmarks, points
            )
            if step.start == "base":
                identity = f"{known.metric}.retained.{name}.{step.arm}.{step.checkpoint}"
                yield from _shares(known, identity, "lineage.retained", benchmarks, points[::2])
            if step.last:
                yield from _most(study, known, step, name, benchmarks)
        if step.last:
            tests += [
                (f"{known.metric}.change.{step.cell(name)}", known.metric, known.paths(name, at, start))
                for name in names
            ]
    yield from tested(tests)


def _shares(
    known: _Known,
    identity: str,
    estimator: str,
    names: Sequence[str],
    points: Sequence[Point],
    ways: Sequence[str] = (RATIOS, MEANS),
) -> Iterator[Request]:
    """As a mean of ratios, over the prompts of one benchmark or over several benchmarks, and of means."""
    paths = tuple(path for name in names for path in known.paths(name, *points))
    args = {"metric": known.metric, "tasks": len(names), "items": None}
    for how in ways:
        yield Request(f"{identity}.{how}", estimator, args | {"how": how}, paths)


def _most(study: Study, known: _Known, step: Step, name: str, names: Sequence[str]) -> Iterator[Request]:
    """How sure it is that this stage of its lineage loses most."""
    chain = study.checkpoints(step.arm)
    points = [(step.arm, at) for at in chain]
    there = known.names(*points)
    kept = [benchmark for benchmark in names if benchmark in there]
    if len(chain) < 3 or not kept:
        return
    paths = tuple(path for benchmark in kept for path in known.paths(benchmark, *points))
    args = {"metric": known.metric, "tasks": len(kept), "items": None, "member": chain.index(step.checkpoint)}
    cell = f"{known.metric}.loses_most.{name}.{step.arm}.{step.checkpoint}"
    for how in (RATIOS, MEANS):
        yield Request(f"{cell}.{how}", "lineage.most_lost", args | {"how": how}, paths)


def tested(tests: Sequence[Test]) -> Iterator[Request]:
    """The p of every test of one question, and that adjusted over all of them (Holm)."""
    family = [identity for identity, _, _ in tests]
    together = tuple(path for _, _, paths in tests for path in paths)
    for member, (identity, metric, paths) in enumerate(tests):
        yield Request(f"{identity}.p", "paired.t_p", {"metric": metric}, paths)
        place = {"family": family, "member": member}
        yield Request(f"{identity}.p_holm", "paired.holm_p", {"metric": metric, **place}, together)


def _recovery(study: Study, known: _Known, others: Sequence[Asked]) -> Iterator[Request]:
    tests: list[Test] = []
    for asking in others:
        before, after = asking.points
        for name in known.names((asking.policy, "base"), before, after):
            cell, paths = asking.cell(name), known.paths(name, after, before)
            identity = f"{known.metric}.by_asking.{cell}"
            yield Request(identity, "paired.difference", {"metric": known.metric}, paths)
            tests.append((identity, known.metric, (paths[0], paths[1])))
            points = ((asking.policy, "base"), before, after)
            # Prompts that seem to have lost something are partly those whose base was measured too high: a
            # mean of their ratios would call that recovery.
            recovered = f"{known.metric}.recovered.{cell}"
            yield from _shares(known, recovered, "lineage.recovered", [name], points, ways=[MEANS])
    yield from tested(tests)


def _accuracy(study: Study, others: Sequence[Asked]) -> Iterator[Request]:
    """What asking in another way costs."""
    tests: list[Test] = []
    for asking in others:
        before, after = asking.points
        for name in study.benchmarks:
            if all(study.has("passk", *point, name) for point in (before, after)):
                identity = f"pass@1.by_asking.{asking.cell(name)}"
                paths = (metric_path("passk", *after, name), metric_path("passk", *before, name))
                yield Request(identity, "paired.difference", {"metric": "pass@1"}, paths)
                tests.append((identity, "pass@1", paths))
    yield from tested(tests)


def _decomposition(known: _Known, found: Sequence[Step]) -> Iterator[Request]:
    """All outputs against correct ones, on the prompts that have both."""
    tests: list[Test] = []
    points = dict.fromkeys(point for step in found for point in step.points)
    for arm, at in points:
        for name in _solved(known, (arm, at)):
            paths = known.paths(name, (arm, at))
            for metric, args in _halves(known.metric):
                cell = f"{name}.{arm}.{at}"
                yield Request(f"{metric}.same.{cell}", "lineage.same", args, paths)
                yield Request(f"{metric}.gap.{cell}", "lineage.gap", args, paths)
    for arm, at in (point for point in points if point[1] != "base"):
        for name in _solved(known, (arm, "base"), (arm, at)):
            paths = known.paths(name, (arm, "base"), (arm, at))
            cell = f"residual.{name}.{arm}.{at}"
            for metric, args in _halves(known.metric):
                yield Request(f"{metric}.{cell}", "lineage.residual", args | {"how": MEANS}, paths)
            if at == known.study.checkpoints(arm)[-1]:
                identity = f"{known.metric}.{cell}"
                tests.append((identity, known.metric + CORRECT, (paths[1], paths[0])))
    yield from tested(tests)


def _halves(metric: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(metric of all outputs, args): as measured, and matched in number where that matters."""
    matched = [text_names.matched(metric)] if text_names.moved_by_number(metric) else []
    for column in (metric, *matched):
        yield column, {"metric": column, "correct": metric + CORRECT, "items": None}


def _solved(known: _Known, *points: Point) -> list[str]:
    has = known.study.has
    return [name for name in known.names(*points) if all(has("passk", *point, name) for point in points)]
