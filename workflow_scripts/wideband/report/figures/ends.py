"""Arms before and after their training, one below the other, and what changed, paired by item."""

from collections.abc import Sequence
from typing import Any

from ...config import Study
from ...metrics import by_item
from .. import ids
from ..book import Book
from ..names import arm_title, checkpoint_title, comparisons, final, ordered_arms, spaced
from ..palette import arm_colours
from .axes import axis
from .curves import dots
from .layout import Figure, Grid, GridRow, layout

# The untrained base is hollow, and larger, so that it is seen where nothing changed.
MARKERS = ({"symbol": "circle-open", "size": 13}, {"symbol": "circle"})
ACCURACY = ids.pass_at(1)
FORM = ".3f"
READING = (
    "Hollow: the untrained base, asked as the arm asks. Filled: the arm's last checkpoint, which is the base "
    "where nothing was trained."
)


def ends(study: Study, book: Book, benchmark: str, metric: str) -> Figure | None:
    """A metric by item, or the accuracy, of every arm before and after; None without any number."""
    arms, traces = ordered_arms(study), []
    for arm in arms:
        points = dict.fromkeys(("base", final(study, arm)))
        for at, marker in zip(points, MARKERS[-len(points) :], strict=True):
            number = ids.cell(metric, benchmark, arm, at)
            for trace in dots(book, [(0.0, number)], arm_colours(study)[arm], [arm_title(study, arm)], FORM):
                trace["marker"] |= marker
                traces.append({**trace, "name": arm_title(study, arm)})
    if not traces:
        return None
    rows: dict[str, Any] = {
        "type": "category",
        "categoryarray": [arm_title(study, arm) for arm in arms][::-1],
        "categoryorder": "array",
    }
    shape = layout(axis(_unit(metric)), axis("", **rows), height=90 + 26 * len(arms))
    return Figure(f"ends-{benchmark}-{metric}", _title(metric), traces, shape)


def changes(study: Study, book: Book, benchmark: str, metrics: Sequence[str]) -> Grid | None:
    """What each training changed since its base, and arms that were not trained against their others."""
    rows = []
    for arm in ordered_arms(study):
        end = final(study, arm)
        change = f"{checkpoint_title(study, end)} − base"
        rows.append(
            ((arm_title(study, arm), change), [_gain(metric, benchmark, arm, end) for metric in metrics])
        )
    for comparison in comparisons(study):
        if comparison.at[0] == "base":
            found = [
                ids.difference(metric, benchmark, comparison.pair, comparison.checkpoint)
                for metric in metrics
            ]
            rows.append(((comparison.titles[0], f"− {comparison.titles[1]}{comparison.suffix}"), found))
    kept = [GridRow(words, tuple(found)) for words, found in rows if all(number in book for number in found)]
    heads = ("arm", "change", *(spaced(metric) for metric in metrics))
    return Grid("The changes, paired by item, with their intervals", heads, kept, "+.3f") if kept else None


def _gain(metric: str, benchmark: str, arm: str, end: str) -> str:
    if metric == ACCURACY:
        return ids.gain(benchmark, arm, end, "base")
    return ids.cell(f"{metric}.gain", benchmark, arm, f"{end}-base")


def _title(metric: str) -> str:
    return "How often the answer is right" if metric == ACCURACY else by_item.title(metric)


def _unit(metric: str) -> str:
    unit = "fraction" if metric == ACCURACY else by_item.load(metric).unit
    named = "accuracy" if metric == ACCURACY else spaced(metric)
    return named if unit == "fraction" else f"{named} ({unit})"
