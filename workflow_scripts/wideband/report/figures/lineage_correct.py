"""Lineages: all outputs held against correct ones, on the same prompts."""

from ...config import Study
from ...metrics import text_names
from ...numbers.lineages import steps
from ..book import Book
from ..names import arm_title, checkpoint_title, spaced
from .layout import Figure, Grid, GridRow, Section
from .lineage_bars import shares, title, word

RESIDUAL = (
    "The share of the drop from the base that persists among correct outputs, on the same prompts: all of it "
    "where correct outputs have lost as much as all have. Where the drop cannot be told from zero there is "
    "none. EAD and the Vendi score depend on how many outputs there are: matched, they are of as many of all "
    "as are correct."
)


def among_correct(study: Study, book: Book, metric: str) -> Section:
    """The share of the drop that persists, and what it is made of."""
    drawn = [_residual(study, book, half, name) for name in study.benchmarks for half in _halves(metric)]
    return Section(
        f"correct-{metric.replace('.', '-')}",
        f"{word(study, metric)}: among correct outputs",
        RESIDUAL,
        [figure for figure in drawn if figure],
        grid=_decomposed(study, book, metric),
    )


def _halves(metric: str) -> tuple[str, ...]:
    """The measure of all outputs that those of correct ones are held against, matched in number as well."""
    return (metric, text_names.matched(metric)) if text_names.moved_by_number(metric) else (metric,)


def _residual(study: Study, book: Book, metric: str, name: str) -> Figure | None:
    found = [
        (arm, at, f"{metric}.residual.{name}.{arm}.{at}")
        for arm, at in (step.points[1] for step in steps(study) if step.last)
    ]
    unit = "% of the drop, matched" if "_matched" in metric else "% of the drop"
    return shares(study, book, f"correct-{name}-{metric}", name, found, unit)


def _decomposed(study: Study, book: Book, metric: str) -> Grid | None:
    """All outputs and what errors add, checkpoint by checkpoint, and the share that persists."""
    rows = []
    for half in _halves(metric):
        for name in study.benchmarks:
            for arm, at in dict.fromkeys(point for step in steps(study) for point in step.points):
                numbers = tuple(f"{half}.{what}.{name}.{arm}.{at}" for what in ("same", "gap", "residual"))
                if all(number in book for number in numbers):
                    words = (
                        title(study, name),
                        spaced(metric) if half == metric else f"{spaced(metric)}, matched",
                        arm_title(study, arm),
                        checkpoint_title(study, at),
                    )
                    rows.append(GridRow(words, numbers))
    heads = ("task", "measure", "lineage", "checkpoint", "all outputs", "less correct ones", "persists, %")
    words, forms = "All outputs and correct ones, on the same prompts", (".3f", ".3f", ".1f")
    return Grid(words, heads, rows, forms) if rows else None
