"""Curves whose points are number records: value, interval, and the id on every point."""

import math
from collections.abc import Sequence
from typing import Any, Literal

from ..book import Book, Ends
from ..formats import fitted, render, render_interval, unit
from .layout import ribbon

Point = tuple[float, str]
Interval = Literal["ribbon", "bars", "none"]


def curve(
    book: Book,
    points: Sequence[Point],
    name: str,
    colour: str,
    *,
    form: str = ".1%",
    interval: Interval = "ribbon",
    dotted: bool = False,
) -> list[dict[str, Any]]:
    """Traces of a curve through `points` = [(x, number id)]; undefined numbers are left out.

    A dotted curve has hollow points. Returns [] when no number is defined.
    """
    known = [point for point in points if book.value(point[1]) is not None]
    if not known:
        return []
    trace = _line(book, known, name, colour, form)
    if dotted:
        trace["line"]["dash"], trace["marker"]["symbol"] = "dot", "circle-open"
    ends = [book.interval(identity) for _, identity in known]
    if interval == "bars" or (interval == "ribbon" and not _bounded(ends)):
        return [{**trace, "error_y": error_bars(trace["y"], ends, colour)}]
    if interval == "none":
        return [trace]
    low, high = [span[0] for span in ends], [span[1] for span in ends]
    return [ribbon(trace["x"], low, high, colour, trace["customdata"]), trace]


def dots(
    book: Book, points: Sequence[Point], colour: str, labels: list[str], form: str
) -> list[dict[str, Any]]:
    """A trace of horizontal points with intervals, one a label; [] when no number is defined."""
    known = [
        (label, ident)
        for label, (_, ident) in zip(labels, points, strict=True)
        if book.value(ident) is not None
    ]
    if not known:
        return []
    ids = [identity for _, identity in known]
    values = [book.value(identity) for identity in ids]
    bars = error_bars(values, [book.interval(identity) for identity in ids], colour)
    marker = {"color": colour, "size": 8}
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": [label for label, _ in known],
        "marker": marker,
    }
    return [{**trace, **_hovers(book, ids, form, ""), "error_x": bars}]


def error_bars(values: list[float | None], ends: list[Ends | None], colour: str) -> dict[str, Any]:
    """Error bars from values to the ends of their intervals; an unbounded end has no bar."""
    above = [_reach(value, span and span[1]) for value, span in zip(values, ends, strict=True)]
    below = [_reach(value, span and span[0]) for value, span in zip(values, ends, strict=True)]
    return {
        "type": "data",
        "symmetric": False,
        "array": above,
        "arrayminus": below,
        "color": colour,
        "thickness": 1.3,
        "width": 3,
    }


def number_text(book: Book, identity: str, form: str, units: str | None = None) -> str:
    """A number with its unit and interval, rounded as the interval allows; null units: those of the form."""
    ends = book.interval(identity)
    form = fitted(form, ends)
    units = unit(form) if units is None else units
    return f"{render(book.value(identity), form)}{units} {render_interval(ends, form)}"


def _reach(value: float | None, end: float | None) -> float | None:
    return None if value is None or end is None or math.isinf(end) else abs(end - value)


def _bounded(ends: list[Ends | None]) -> bool:
    return len(ends) > 1 and all(span is not None and all(map(math.isfinite, span)) for span in ends)


def _line(book: Book, known: Sequence[Point], name: str, colour: str, form: str) -> dict[str, Any]:
    ids = [identity for _, identity in known]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendrank": 1,
        "x": [x for x, _ in known],
        "y": [book.value(identity) for identity in ids],
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 6},
        **_hovers(book, ids, form, name),
    }


def _hovers(book: Book, ids: list[str], form: str, name: str) -> dict[str, Any]:
    texts = [f"{number_text(book, identity, form)}<br>n = {book.n(identity)}" for identity in ids]
    template = "%{text}<br>%{customdata}<extra>" + name + "</extra>"
    return {"customdata": ids, "text": texts, "hovertemplate": template}
