"""What figures of lineages have in common: titles, bars with intervals."""

from collections.abc import Sequence
from typing import Any

from ...config import Study
from ...metrics import entailment_names, text_names
from ...numbers.plan_lineages import EVERY
from ..book import Book
from ..names import arm_title, benchmark_title, checkpoint_title, spaced
from ..palette import INK, arm_colours
from .axes import axis
from .curves import error_bars
from .layout import Figure, layout


def title(study: Study, name: str) -> str:
    """A benchmark in words, or all of them."""
    return "all tasks" if name == EVERY else benchmark_title(study, name)


def word(study: Study, metric: str) -> str:
    """A measure in words; one by a stand-in says that it is."""
    if study.entailment and entailment_names.is_one(metric):
        return entailment_names.title(study.entailment)
    return text_names.title(metric) if text_names.is_one(metric) else spaced(metric)


def errors(book: Book, shown: Sequence[str], colour: str = INK) -> dict[str, Any]:
    """The intervals of numbers as Plotly draws them."""
    values = [book.value(identity) for identity in shown]
    return error_bars(values, [book.interval(identity) for identity in shown], colour)


def shares(
    study: Study, book: Book, key: str, name: str, found: Sequence[tuple[str, str, str]], unit: str
) -> Figure | None:
    """(arm, checkpoint, id) of numbers as bars; None where none has a value."""
    kept = [bar for bar in found if bar[2] in book and book.value(bar[2]) is not None]
    if not kept:
        return None
    shown = [identity for _, _, identity in kept]
    colours = arm_colours(study)
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": unit,
        "y": [f"{arm_title(study, arm)}: {checkpoint_title(study, at)}" for arm, at, _ in kept],
        "x": [book.value(identity) for identity in shown],
        "customdata": shown,
        "marker": {"color": [colours[arm] for arm, _, _ in kept]},
        "error_x": errors(book, shown),
        "hovertemplate": "%{y}: %{x:.1f} " + unit + "<br>%{customdata}<extra></extra>",
    }
    y = axis("", autorange="reversed", type="category")
    shape = layout(axis(unit), y, height=90 + 24 * len(kept))
    return Figure(key, title(study, name), [bars], shape)
