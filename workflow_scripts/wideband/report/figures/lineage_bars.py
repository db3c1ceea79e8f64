"""What figures of lineages have in common: titles, bars with intervals."""

from collections.abc import Sequence
from typing import Any

from ...config import Study
from ...numbers.plan_lineages import EVERY
from ..book import Book
from ..names import benchmark_title, spaced
from ..palette import arm_colours
from .axes import axis
from .layout import Figure, layout


def title(study: Study, name: str) -> str:
    """A benchmark in words, or all of them."""
    return "all tasks" if name == EVERY else benchmark_title(study, name)


def errors(book: Book, shown: Sequence[str]) -> dict[str, Any]:
    """The intervals of numbers as Plotly draws them."""
    values, intervals = [book.value(each) for each in shown], [book.interval(each) for each in shown]
    ends = [
        (0, 0) if value is None or found is None else (value - found[0], found[1] - value)
        for value, found in zip(values, intervals, strict=True)
    ]
    bars = {"type": "data", "symmetric": False, "thickness": 1.2, "width": 3}
    return {**bars, "arrayminus": [low for low, _ in ends], "array": [high for _, high in ends]}


def shares(
    study: Study, book: Book, key: str, name: str, found: Sequence[tuple[str, str]], unit: str
) -> Figure | None:
    """(label, id) of numbers as bars; None where none has a value."""
    kept = [(label, each) for label, each in found if each in book and book.value(each) is not None]
    if not kept:
        return None
    shown = [identity for _, identity in kept]
    arms = [label.partition(":")[0] for label, _ in kept]
    colours = {spaced(arm): colour for arm, colour in arm_colours(study).items()}
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": unit,
        "y": [label for label, _ in kept],
        "x": [book.value(each) for each in shown],
        "customdata": shown,
        "marker": {"color": [colours[arm] for arm in arms]},
        "error_x": errors(book, shown),
        "hovertemplate": "%{y}: %{x:.1f} " + unit + "<br>%{customdata}<extra></extra>",
    }
    y = axis("", autorange="reversed", type="category")
    shape = layout(axis(unit), y, height=90 + 24 * len(kept))
    return Figure(key, title(study, name), [bars], shape)
