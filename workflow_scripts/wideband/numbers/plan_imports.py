"""Numbers of imported results alone.

Curves by source, published splits, where a band was measured; of grids what the stages of a lineage did, task
by task and over tasks.
"""

from collections.abc import Iterator, Sequence

from ..config import Study
from ..config.import_file import Import
from ..config.imports import step_of
from ..metrics.imported_names import OF_CORRECT, measures
from ..metrics.shares import LEAST, MEANS, MEDIAN, MOST, RATIOS
from .lineages import Point, asked, steps
from .plan import Request, arm_path, metric_path

SHARES = (RATIOS, MEANS, MEDIAN, LEAST, MOST)


def imported_numbers(study: Study, sources: Sequence[str]) -> Iterator[Request]:
    """Requests that only imports give rise to; `sources` are those that occur in the pool."""
    for file in study.imports.files if study.imports else ():
        if file.format == "curve":
            yield from _curve(study, file, sources)
    for arm, checkpoint in study.bands().items():
        yield from _splits(study, arm)
        yield from _band_policy(study, arm, checkpoint)


def _curve(study: Study, entry: Import, sources: Sequence[str]) -> Iterator[Request]:
    """Accuracy at every evaluation inside the stage, and its gain over where the stage starts."""
    start = study.stage_before(entry.checkpoint, entry.arm)
    level = {"confidence": study.statistics.confidence}
    paths = (entry.tables()["curve"], f"data/{entry.slice}.parquet")
    for at in (start, *study.step_checkpoints(entry.checkpoint)):
        for source in (None, *sources):
            args = {"step": step_of(at), "source": source or "all", **level}
            cell = f"{entry.slice}.{entry.arm}.{at}"
            yield Request(_of(f"pass@1.{cell}", source), "curve.accuracy", args, paths)
            if at != start:
                yield Request(_of(f"gain.{cell}-{start}", source), "curve.gain", args, paths)


def _of(identity: str, source: str | None) -> str:
    return f"{identity}.{source}" if source else identity


def _splits(study: Study, arm: str) -> Iterator[Request]:
    """The arm's training split as made here out of its band, and what it shares with the published one."""
    published = [file for file in study.imports.of(arm) if file.format == "problems"] if study.imports else []
    for file in published:
        made = f"data/{arm}_band_train.parquet"
        yield Request(f"band_train_size.{arm}", "split.size", {}, (made,))
        paths = (made, f"data/{file.slice}.parquet")
        for what in ("shared", "first_only", "second_only"):
            yield Request(f"band_train_published.{arm}.{what}", "split.shared", {"what": what}, paths)


def _band_policy(study: Study, arm: str, checkpoint: str) -> Iterator[Request]:
    """Whether the band's policy is the one that the stage on the band starts from, as the files name both."""
    stage, pool = study.band_stage(), study.band.pool
    if stage is None or (arm, stage) not in study.logs() or not study.has("policy", arm, checkpoint, pool):
        return
    start = study.stage_before(stage, arm)
    evaluated = [name for name in study.benchmarks if study.has("policy", arm, start, name)]
    if evaluated:
        paths = (arm_path("policy", arm, checkpoint, pool), arm_path("policy", arm, start, evaluated[0]))
        yield Request(f"band_at_start.{pool}.{arm}.{stage}", "policy.same", {}, paths)


def grid_numbers(study: Study) -> Iterator[Request]:
    """What was measured and is missing; of measures of diversity what stages did to them."""
    for condition in study.imports.conditions if study.imports else ():
        if condition.models:
            cell = f"{condition.slice}.{condition.arm}.{condition.checkpoint}"
            yield Request(f"unmeasured.{cell}", "values.unmeasured", {}, (_path(condition),))
    for grid in study.imports.files if study.imports else ():
        known = _Known(study, grid)
        for metric in grid.measured() if grid.models else ():
            if measures(metric):
                yield from _shared(grid, metric)
                yield from _lineages(study, known, grid, metric)
            if metric + OF_CORRECT in grid.measured():
                yield from _residuals(study, known, grid, metric)


class _Known:
    """Where a grid has the table of an arm at a checkpoint, which may be that of the arm it began from."""

    def __init__(self, study: Study, grid: Import) -> None:
        self.study, self.slice = study, grid.slice
        self.points = {(condition.arm, condition.checkpoint) for condition in grid.conditions()}

    def paths(self, *points: Point) -> tuple[str, ...] | None:
        """The tables of all these points; None where one is not there."""
        places = [(self.study.evaluated_in(*point), point[1]) for point in points]
        if not all(point in self.points for point in places):
            return None
        return tuple(metric_path("imported", arm, at, str(self.slice)) for arm, at in places)


def _shared(grid: Import, metric: str) -> Iterator[Request]:
    """Every checkpoint over the tasks that all have: means over different tasks are not to be compared."""
    conditions = grid.conditions()
    for own in conditions if len(conditions) > 1 else ():
        paths = (_path(own), *(_path(other) for other in conditions if other is not own))
        identity = f"{metric}.shared.{own.slice}.{own.arm}.{own.checkpoint}"
        yield Request(identity, "values.shared", {"metric": metric}, paths)


def _lineages(study: Study, known: _Known, grid: Import, metric: str) -> Iterator[Request]:
    for step in steps(study):
        base, (start, at) = (step.arm, study.checkpoints(step.arm)[0]), step.points
        cell = step.cell(str(grid.slice))
        if base[1] == "base" and (paths := known.paths(base, start, at)):
            yield from _shares(f"{metric}.change.{cell}", "lineage.change", metric, grid, paths)
            if start != base:
                identity = f"{metric}.recovered.{cell}"
                yield from _shares(identity, "lineage.recovered", metric, grid, paths, groups=False)
        if start == base and (paths := known.paths(base, at)):
            whose = f"{grid.slice}.{step.arm}.{step.checkpoint}"
            yield from _shares(f"{metric}.retained.{whose}", "lineage.retained", metric, grid, paths)
    for asking in asked(study):
        before, after = asking.points
        if paths := known.paths((asking.policy, "base"), before, after):
            identity = f"{metric}.recovered.{asking.cell(str(grid.slice))}"
            yield from _shares(identity, "lineage.recovered", metric, grid, paths, groups=False)
    for arm in study.arms:
        yield from _most(study, known, grid, metric, arm)


def _most(study: Study, known: _Known, grid: Import, metric: str, arm: str) -> Iterator[Request]:
    """How sure it is which stage of a lineage loses most."""
    chain = study.checkpoints(arm)
    paths = known.paths(*((arm, at) for at in chain))
    if chain[0] != "base" or len(chain) < 3 or not paths:
        return
    for member, stage in enumerate(chain[1:], start=1):
        for how in (RATIOS, MEANS):
            args = {"metric": metric, "tasks": 1, "items": None, "how": how, "member": member}
            identity = f"{metric}.loses_most.{grid.slice}.{arm}.{stage}.{how}"
            yield Request(identity, "lineage.most_lost", args, paths)


def _shares(
    identity: str,
    estimator: str,
    metric: str,
    grid: Import,
    paths: tuple[str, ...],
    groups: bool = True,
) -> Iterator[Request]:
    """Over all tasks in every way; over a group as a ratio of means, over several tasks of ratios as well."""
    for how in SHARES:
        args = {"metric": metric, "tasks": 1, "items": None, "how": how}
        yield Request(f"{identity}.{how}", estimator, args, paths)
    for group, items in grid.groups.items() if groups else ():
        args = {"metric": metric, "tasks": 1, "items": items}
        for how in (MEANS, RATIOS) if len(items) > 1 else (MEANS,):
            name = f"{identity}.{how}.{group}" if len(items) > 1 else f"{identity}.{group}"
            yield Request(name, estimator, args | {"how": how}, paths)


def _residuals(study: Study, known: _Known, grid: Import, metric: str) -> Iterator[Request]:
    """What share of the drop from the base is one among correct outputs, too."""
    for arm in study.arms:
        chain = study.checkpoints(arm)
        for at in chain[1:] if chain[0] == "base" else ():
            paths = known.paths((arm, "base"), (arm, at)) if study.evaluated_in(arm, at) == arm else None
            for group, items in {None: None, **grid.groups}.items() if paths else ():
                args = {"metric": metric, "correct": metric + OF_CORRECT, "items": items, "how": MEANS}
                identity = f"{metric}.residual.{grid.slice}.{arm}.{at}"
                yield Request(f"{identity}.{group}" if group else identity, "lineage.residual", args, paths)


def _path(entry: Import) -> str:
    return metric_path("imported", entry.arm, entry.checkpoint, entry.slice)
