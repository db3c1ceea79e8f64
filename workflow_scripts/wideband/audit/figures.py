"""Figures of the built site held against the number records that their traces name."""

import math
from collections.abc import Iterator
from typing import Any

from ..report.book import Book
from ..report.figures.layout import DIGITS, trace_numbers
from ..report.literals import literals
from .finding import Finding

# Coordinates have `layout.DIGITS` digits.
CLOSE = 10.0 ** (1 - DIGITS)
# What is told from 0.
NEAR_ZERO = 1e-9
Point = tuple[str, Any, Any]


def check_figure(
    book: Book, names: list[str], file: str, key: str, tables: str, content: Any
) -> Iterator[Finding]:
    """A finding for every point, end of an interval or count that is not what its record says.

    Names of traces, titles of axes and notes may hold no literal but the `names` of the study.
    """
    try:
        traces, texts = content["data"], list(_texts(content))
        found = [point for trace in traces for point in _points(book, trace)]
        astray = _astray(content)
    except (ValueError, LookupError, TypeError, AttributeError):
        yield _finding(file, f"{key}: not a figure as the report draws them")
        return
    for identity, shown, recorded in found:
        if not _same(shown, recorded):
            yield _finding(file, f"{key}: shows {shown}, the record says {recorded}", identity)
    if astray:
        yield _finding(file, f"{key}: arrows that begin or end at no point: {astray}")
    for literal in (literal for text in texts for literal in literals(text, names)):
        yield Finding("TEXT_UNBOUND", 6, f"{key}: '{literal}' is typed by hand", file=file, stage="report")
    if not tables and any(not trace_numbers(trace) for trace in traces):
        yield Finding(
            "TEXT_UNBOUND", 6, f"{key}: a trace names neither numbers nor tables", file=file, stage="report"
        )


def _texts(content: dict[str, Any]) -> Iterator[str]:
    """What a figure says in words."""
    yield from (str(trace["name"]) for trace in content["data"] if "name" in trace)
    yield from (str(content["layout"][axis]["title"]["text"]) for axis in ("xaxis", "yaxis"))
    yield from (str(note["text"]) for note in content["layout"].get("annotations", ()))


def _points(book: Book, trace: dict[str, Any]) -> Iterator[Point]:
    """(id, what the trace shows, what the record says) of all that a trace takes from records."""
    ids = trace_numbers(trace)
    if not ids:
        return
    values = [book.value(identity) for identity in ids]
    if trace["type"] == "heatmap":
        yield from zip(ids, [cell for row in trace["z"] for cell in row], values, strict=True)
    elif trace["type"] == "bar":
        yield from zip(ids, trace["x"], [value or 0 for value in values], strict=True)
    elif "meta" in trace:
        ends = [book.interval(identity) or (None, None) for identity in ids]
        shown = [*trace["y"], *([None] * (2 * len(ids) - len(trace["y"])))]
        yield from zip(ids, shown[: len(ids)], [high for _, high in ends], strict=True)
        yield from zip(ids, shown[len(ids) :][::-1], [low for low, _ in ends], strict=True)
    elif isinstance(trace["customdata"][0], list):
        for numbers, along in zip(zip(*trace["customdata"], strict=True), ("y", "x"), strict=True):
            yield from _along(book, list(numbers), trace, along)
    else:
        yield from _along(book, ids, trace, "x" if "error_x" in trace else "y")


def _along(book: Book, ids: list[str], trace: dict[str, Any], along: str) -> Iterator[Point]:
    """Of points and their intervals in one direction."""
    yield from zip(ids, trace[along], [book.value(identity) for identity in ids], strict=True)
    yield from _bars(book, ids, trace.get(f"error_{along}"))


def _astray(content: dict[str, Any]) -> int:
    """How many arrows between points do not begin and end at one."""
    arrows = [note for note in content["layout"].get("annotations", ()) if "axref" in note]
    traces = content["data"] if arrows else ()
    points = {point for trace in traces for point in zip(trace["x"], trace["y"], strict=True)}
    ends = ({(arrow["ax"], arrow["ay"]), (arrow["x"], arrow["y"])} for arrow in arrows)
    return sum(not both <= points for both in ends)


def _bars(book: Book, ids: list[str], bars: dict[str, Any] | None) -> Iterator[Point]:
    for at, identity in enumerate(ids if bars else ()):
        ends, value = book.interval(identity), book.value(identity)
        for side, end in (("arrayminus", 0), ("array", 1)):
            known = ends is not None and value is not None and math.isfinite(ends[end])
            yield identity, bars[side][at], abs(ends[end] - value) if known else None


def _same(shown: Any, recorded: Any) -> bool:
    if shown is None or recorded is None:
        return shown is recorded
    return isinstance(shown, int | float) and math.isclose(shown, recorded, rel_tol=CLOSE, abs_tol=NEAR_ZERO)


def _finding(file: str, detail: str, number: str | None = None) -> Finding:
    return Finding("TEXT_MISMATCH", 6, detail, file=file, stage="report", number=number)
