"""What evenness costs in validity: total variation against the mass of valid answers, arm by arm."""

from typing import Any

from ...config import Study
from .. import ids
from ..book import Book
from ..names import arm_title, benchmark_title, checkpoint_title, final, ordered_arms, spaced
from ..palette import arm_colours
from .axes import axis
from .curves import error_bars, number_text
from .laws import UNTRAINED, has_options
from .layout import Figure, Section, layout

ALONG, UP = "valid_mass", "total_variation"
FORM = ".3f"
CAPTION = (
    "Total variation among valid answers against the mass of valid answers. An arrow leads from the "
    "untrained base (hollow), asked as the arm asks, to the arm's last checkpoint. Lower is nearer to the "
    "target law, further right is more often valid: an arrow that falls to the right gains both."
)
# An arm and a checkpoint.
Place = tuple[str, str]


def sections(study: Study, book: Book) -> list[Section]:
    """One section with a plot for every benchmark that asks for options; none without any number."""
    figures = [_frontier(study, book, name) for name in study.benchmarks if has_options(study, name)]
    shown = [figure for figure in figures if figure]
    return [Section("frontier", "Evenness against validity", CAPTION, shown)] if shown else []


def _frontier(study: Study, book: Book, benchmark: str) -> Figure | None:
    starts = {arm: (study.evaluated_in(arm, "base"), "base") for arm in ordered_arms(study)}
    ends = {arm: (arm, at) for arm in starts if (at := final(study, arm)) != "base"}
    origins = {starts[arm] for arm in ends}
    colours, traces, arrows = arm_colours(study), {}, []
    for place in dict.fromkeys([*starts.values(), *ends.values()]):
        colour = UNTRAINED if place in origins else colours[place[0]]
        trace = _point(study, book, benchmark, place, colour)
        if trace:
            traces[place] = trace
    for arm, place in ends.items():
        if place in traces and starts[arm] in traces:
            arrows.append(_arrow(traces[starts[arm]], traces[place], colours[arm]))
    if not traces:
        return None
    shape = layout(axis(spaced(ALONG)), axis(f"{spaced(UP)} (TV)"), annotations=arrows)
    return Figure(f"frontier-{benchmark}", benchmark_title(study, benchmark), list(traces.values()), shape)


def _point(study: Study, book: Book, benchmark: str, place: Place, colour: str) -> dict[str, Any] | None:
    arm, at = place
    up, along = (ids.cell(metric, benchmark, arm, at) for metric in (UP, ALONG))
    y, x = book.value(up), book.value(along)
    if x is None or y is None:
        return None
    hollow, name = at == "base", f"{arm_title(study, arm)}, {checkpoint_title(study, at)}"
    told = [
        f"{spaced(metric)} {number_text(book, number, FORM)}" for metric, number in ((UP, up), (ALONG, along))
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "legendrank": 1,
        "x": [x],
        "y": [y],
        "line": {"color": colour, "dash": "dot" if hollow else "solid"},
        "marker": {"color": colour, "size": 9, "symbol": "circle-open" if hollow else "circle"},
        "error_x": error_bars([x], [book.interval(along)], colour),
        "error_y": error_bars([y], [book.interval(up)], colour),
        "customdata": [[up, along]],
        "text": ["<br>".join([*told, f"n = {book.n(up)}"])],
        "hovertemplate": "%{text}<extra>" + name + "</extra>",
    }


def _arrow(start: dict[str, Any], end: dict[str, Any], colour: str) -> dict[str, Any]:
    return {
        "x": end["x"][0],
        "y": end["y"][0],
        "ax": start["x"][0],
        "ay": start["y"][0],
        "axref": "x",
        "ayref": "y",
        "text": "",
        "arrowhead": 2,
        "arrowwidth": 1.5,
        "arrowcolor": colour,
        "standoff": 6,
        "startstandoff": 6,
    }
