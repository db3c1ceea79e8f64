"""How policies spread over the valid answers: metrics by item along the chain of stages, and by space."""

from typing import Any

from ...config import Study
from ...metrics import by_item
from ...numbers.plan_answers import several
from .. import ids
from ..book import Book
from ..names import arm_title, benchmark_title, final, ordered_arms, space_title, spaced
from ..palette import arm_colours
from .axes import axis, station, station_axis
from .curves import curve, dots
from .layout import Figure, Section, layout

# Shown first, in this order.
FIRST = (
    "total_variation",
    "total_variation_invalid",
    "valid_mass",
    "effective_answers",
    "sampled_variation",
    "variation_floor",
)
# Shown by answer space as well.
BY_SPACE = ("total_variation", "valid_mass")
FORM = ".3f"
SYMBOLS = ("circle-open", "circle")
CAPTION = (
    "Each measure is taken of one item and averaged over items, with intervals from resampling items. Exact "
    "ones rest on the log-probability of every valid answer, its end included; sampled ones on the rollouts. "
    "Total variation among valid answers says nothing of how rarely there is one: read it beside the mass "
    "of valid answers, or with an invalid answer as an outcome of its own. Sampled total variation has a "
    "floor that a perfect sampler would have at as many valid answers. An item is rejected where a perfect "
    "sampler would hardly have been that uneven, by simulated draws and Holm's adjustment over the items."
)
SPACES = "By answer space, hollow at the untrained base and filled at the arm's last checkpoint."


def sections(study: Study, book: Book) -> list[Section]:
    """One section for every benchmark whose items have answer spaces, and one for its spaces."""
    names, found = measured_benchmarks(study), []
    for name in names:
        figures = [along(study, book, name, metric) for metric in metrics(study, name)]
        read = f"To be read as for {benchmark_title(study, names[0])}."
        caption = CAPTION if name == names[0] else read
        found.append(
            Section(name, benchmark_title(study, name), caption, [figure for figure in figures if figure])
        )
        spaces = [by_space(study, book, name, metric) for metric in BY_SPACE if several(study, name)]
        if any(spaces):
            title = f"{benchmark_title(study, name)}, space by space"
            found.append(Section(f"{name}-spaces", title, SPACES, [figure for figure in spaces if figure]))
    return found


def measured_benchmarks(study: Study) -> list[str]:
    """The benchmarks whose items list their answers, or are passages, with metrics by item."""
    shown = (name for name in study.benchmarks if {"options", "passage"} & study.gives(name))
    return [name for name in shown if metrics(study, name)]


def metrics(study: Study, name: str) -> list[str]:
    """The metrics by item that some evaluation on a benchmark has, in the order of the page."""
    cells = [cell for cell in study.evaluations("items") if cell[2] == name]
    found = sorted({metric for cell in cells for metric in study.metrics(*cell)})
    return [
        *(metric for metric in FIRST if metric in found),
        *(metric for metric in found if metric not in FIRST),
    ]


def along(study: Study, book: Book, benchmark: str, metric: str) -> Figure | None:
    """A metric by item along the chain of stages; None without any number."""
    traces, number = [], by_item.number(metric)
    for arm in ordered_arms(study):
        points = [
            (station(study, arm, at), ids.cell(number, benchmark, arm, at)) for at in study.checkpoints(arm)
        ]
        title, colour = arm_title(study, arm), arm_colours(study)[arm]
        traces += curve(book, points, title, colour, form=FORM, interval="bars")
    if not traces:
        return None
    key, title = f"answers-{benchmark}-{metric}", by_item.title(metric)
    # Shares of items that are all alike would have an axis with ends that no share has.
    ends = {"range": [-0.04, 1.04]} if by_item.is_test(metric) else {}
    return Figure(key, title, traces, layout(station_axis(study), axis(axis_title(metric), **ends)))


def by_space(study: Study, book: Book, benchmark: str, metric: str) -> Figure | None:
    """A metric by item for each answer space, before and after training; None without any number."""
    spaces, traces = several(study, benchmark), []
    for arm in ordered_arms(study):
        ends = dict.fromkeys(("base", final(study, arm)))
        for at, symbol in zip(ends, SYMBOLS[-len(ends) :], strict=True):
            points = [(0.0, ids.cell(metric, benchmark, arm, at, space)) for space in spaces]
            for trace in dots(
                book, points, arm_colours(study)[arm], [space_title(space) for space in spaces], FORM
            ):
                trace["marker"]["symbol"] = symbol
                traces.append({**trace, "name": arm_title(study, arm), "legendrank": 1})
    if not traces:
        return None
    labels: dict[str, Any] = {"autorange": "reversed"}
    height = 90 + 26 * len(spaces)
    key, title = f"answers-{benchmark}-{metric}-spaces", by_item.title(metric)
    return Figure(key, title, traces, layout(axis(axis_title(metric)), axis("", **labels), height=height))


def axis_title(metric: str) -> str:
    """What an axis along a metric says, with its unit."""
    if by_item.is_test(metric):
        return "share of items rejected"
    unit = by_item.load(metric).unit
    return f"{spaced(metric)} ({unit})" if unit != "fraction" else spaced(metric)
