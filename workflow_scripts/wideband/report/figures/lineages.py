"""Lineages: diversity along checkpoints, what stages took, what another way of asking recovers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ...config import Study
from ...metrics.imported_names import OF_CORRECT, measures
from ...metrics.shares import MEANS, RATIOS
from ...numbers.lineages import asked, steps
from ...numbers.plan_lineages import EVERY, of_evaluation
from ..book import Book
from ..names import arm_title, checkpoint_title, spaced
from ..palette import arm_colours, tint
from .axes import axis
from .layout import Figure, Grid, GridRow, Section, layout
from .lineage_bars import errors, shares, title, word
from .lineage_correct import among_correct
from .lineage_gaps import both_means, mean, warning

TREE = (
    "Each line is a lineage, from the checkpoint that it was trained from on; each point is the mean of the "
    "measure at a checkpoint, with its interval."
)
FALLS = (
    "What each stage took or gave, in % of the base, one bar a stage, each from where the one before ended. "
    "Over several tasks it is a mean of ratios, over the prompts of one task a ratio of means, which prompts "
    "with hardly any diversity at the base do not move; the table has both, and the probability that the "
    "stage is the one that loses most, reckoned as the bars are."
)
RECOVERED = "What asking in another way gives back of what was lost since the base, in %."
# Between the first arm and the last, in stages.
ASIDE = 0.24
# (name of a benchmark, imported slice or all of them, how shares of it are put together)
Scope = tuple[str, str]


def sections(study: Study, book: Book) -> list[Section]:
    """For every measure: the tree and the stages; then correct outputs, and other ways of asking."""
    found = [section for metric in _metrics(study) for section in _measure(study, book, metric)]
    return [section for section in found if section.figures]


def shown(study: Study) -> bool:
    """Whether the study has a lineage that anything is told of."""
    return bool(_metrics(study) and steps(study))


def _metrics(study: Study) -> list[str]:
    files = study.imports.files if study.imports else []
    imported = [measure for file in files if file.models for measure in file.measured() if measures(measure)]
    points = {point for step in steps(study) if not study.imported(step.arm) for point in step.points}
    trained = [
        metric
        for arm, at in sorted(points)
        for name in study.benchmarks
        for _, metric in of_evaluation(study, arm, at, name)
    ]
    return [measure for measure in dict.fromkeys([*imported, *trained]) if not measure.endswith(OF_CORRECT)]


def _scopes(study: Study, book: Book, metric: str) -> list[Scope]:
    """Where changes of the measure are told, all benchmarks together first."""
    several = {EVERY, *_grids(study)}
    return [
        (name, how)
        for name in (EVERY, *study.benchmarks)
        for how in [RATIOS if name in several else MEANS]
        if any(f"{metric}.change.{step.cell(name)}.{how}" in book for step in steps(study))
    ]


def _grids(study: Study) -> set[str]:
    """Imported slices whose items are tasks."""
    return {str(file.slice) for file in study.imports.files if file.models} if study.imports else set()


def _measure(study: Study, book: Book, metric: str) -> list[Section]:
    scopes = _scopes(study, book, metric)
    told = word(study, metric)
    trees = [_tree(study, book, metric, name) for name, _ in scopes if name != EVERY]
    falls = [_falls(study, book, metric, scope) for scope in scopes]
    recovered = [_recovered(study, book, metric, name) for name in study.benchmarks]
    key = metric.replace(".", "-")
    return [
        Section(
            f"tree-{key}",
            f"{told}: the tree of checkpoints",
            TREE + warning(study, book, metric),
            [tree for tree in trees if tree],
            grid=both_means(study, book, metric),
            side_by_side=True,
        ),
        Section(
            f"stages-{key}", f"{told}: what each stage took", FALLS, falls, grid=_grid(study, book, metric)
        ),
        among_correct(study, book, metric),
        Section(
            f"asked-{key}",
            f"{told}: asked in another way",
            RECOVERED,
            [figure for figure in recovered if figure],
            grid=_costs(study, book, metric),
        ),
    ]


def _points(study: Study, arm: str) -> list[tuple[int, str, str]]:
    """(depth, arm that has it, checkpoint) from where the arm's line leaves the tree on."""
    # A policy that is asked in another way lies as deep as where it is asked in its own.
    whole = study.checkpoints(study.arms[arm].policy or arm)
    chain = [(whole.index(at), study.evaluated_in(arm, at), at) for at in study.checkpoints(arm)]
    own = [place for place, (_, holder, _) in enumerate(chain) if holder == arm]
    return chain[max(0, min(own, default=0) - 1) :] if study.imported(arm) else chain


def _tree(study: Study, book: Book, metric: str, name: str) -> Figure | None:
    colours, traces = arm_colours(study), []
    for rank, arm in enumerate(study.arms):
        points = [
            (depth and depth + _aside(study, holder), at, identity)
            for depth, holder, at in _points(study, arm)
            if (identity := mean(book, metric, name, holder if study.imported(arm) else arm, at)) in book
        ]
        if len(points) > 1:
            traces.append(_line(study, book, arm, points, colours[arm], rank))
    if not traces:
        return None
    depths = list(range(1 + max(round(max(trace["x"])) for trace in traces)))
    ticks = {"tickvals": depths, "ticktext": list(map(str, depths))}
    x = axis("stages since the base", range=[-0.2, depths[-1] + 0.4], **ticks)
    shape = layout(x, axis(spaced(metric), rangemode="tozero"), height=360)
    return Figure(f"tree-{name}-{metric}", title(study, name), traces, shape)


def _aside(study: Study, arm: str) -> float:
    """How far the points of an arm stand from their place, so that intervals do not cover one another."""
    arms = list(study.arms)
    return ASIDE * (arms.index(arm) / max(1, len(arms) - 1) - 0.5)


def _line(
    study: Study, book: Book, arm: str, points: Sequence[tuple[float, str, str]], colour: str, rank: int
) -> dict[str, Any]:
    shown = [identity for _, _, identity in points]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": arm_title(study, arm),
        "legendrank": rank,
        "x": [depth for depth, _, _ in points],
        "y": [book.value(identity) for identity in shown],
        "error_y": errors(book, shown, tint(colour, 0.45)),
        "text": [checkpoint_title(study, at) for _, at, _ in points],
        "customdata": shown,
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 7},
        "hovertemplate": "%{text}: %{y:.3f}<br>%{customdata}<extra>" + arm_title(study, arm) + "</extra>",
    }


def _falls(study: Study, book: Book, metric: str, scope: Scope) -> Figure:
    """One row of bars a lineage: the stages in turn, each from where the one before ended."""
    name, how = scope
    colours, traces = arm_colours(study), []
    for rank, arm in enumerate(study.arms):
        chain = study.checkpoints(arm)
        level, bars = 100.0, []
        for before, at in pairwise(chain):
            holder = study.evaluated_in(arm, at)
            identity = f"{metric}.change.{name}.{holder}.{at}-{before}.{how}"
            value = book.value(identity) if identity in book else None
            if value is None:
                break
            bars.append((f"{arm_title(study, arm)}: {checkpoint_title(study, at)}", level, value, identity))
            level += value
        if bars:
            traces.append(_bars(study, book, arm, bars, colours[arm], rank))
    rows = sum(len(trace["y"]) for trace in traces)
    y = axis("", autorange="reversed", type="category")
    shape = layout(axis("% of the base", rangemode="tozero"), y, height=90 + 24 * rows)
    return Figure(f"stages-{name}-{metric}", title(study, name), traces, shape)


def _bars(
    study: Study, book: Book, arm: str, bars: Sequence[tuple[str, float, float, str]], colour: str, rank: int
) -> dict[str, Any]:
    shown = [identity for _, _, _, identity in bars]
    return {
        "type": "bar",
        "orientation": "h",
        "name": arm_title(study, arm),
        "legendrank": rank,
        "y": [label for label, _, _, _ in bars],
        "base": [level for _, level, _, _ in bars],
        "x": [value for _, _, value, _ in bars],
        "customdata": shown,
        "marker": {"color": colour},
        "error_x": errors(book, shown),
        "hovertemplate": "%{y}: %{x:+.1f} % of the base<br>%{customdata}<extra></extra>",
    }


def _recovered(study: Study, book: Book, metric: str, name: str) -> Figure | None:
    end = RATIOS if name in _grids(study) else MEANS
    found = [
        (asking.arm, asking.checkpoint, f"{metric}.recovered.{asking.cell(name)}.{end}")
        for asking in asked(study)
    ]
    return shares(study, book, f"asked-{name}-{metric}", name, found, "% of the loss")


def _grid(study: Study, book: Book, metric: str) -> Grid | None:
    """Both ways of putting tasks together, and how sure it is which stage loses most."""
    rows = []
    for name, how in _scopes(study, book, metric):
        for step in steps(study):
            change = f"{metric}.change.{step.cell(name)}"
            most = f"{metric}.loses_most.{name}.{step.arm}.{step.checkpoint}"
            numbers = [f"{change}.{RATIOS}", f"{change}.{MEANS}", f"{most}.{how}"]
            if step.last and numbers[0] in book:
                words = (
                    title(study, name),
                    arm_title(study, step.arm),
                    checkpoint_title(study, step.checkpoint),
                )
                rows.append(GridRow(words, tuple(numbers[:2] if numbers[2] not in book else numbers)))
    rows = [row for row in rows if len(row.numbers) == 3]
    heads = ("task", "lineage", "stage", "mean of ratios, %", "ratio of means, %", "P(loses most)")
    words = "Stages, both ways, and which of them loses most"
    return Grid(words, heads, rows, ("+.2f", "+.2f", ".2f")) if rows else None


def _costs(study: Study, book: Book, metric: str) -> Grid | None:
    """What another way of asking adds to the measure, and to accuracy."""
    rows = []
    for asking in asked(study):
        for name in study.benchmarks:
            numbers = tuple(f"{what}.by_asking.{asking.cell(name)}" for what in (metric, "pass@1"))
            if all(number in book for number in numbers):
                words = (
                    title(study, name),
                    arm_title(study, asking.arm),
                    checkpoint_title(study, asking.checkpoint),
                )
                rows.append(GridRow(words, numbers))
    heads = ("task", "asked as", "checkpoint", f"{spaced(metric)}, change", "accuracy, change")
    return Grid("What asking in another way adds, paired by prompt", heads, rows, "+.3f") if rows else None
