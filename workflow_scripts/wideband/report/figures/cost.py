"""What accuracy costs: pass@k against tokens spent, matched budgets, tokens per correct, token ratios."""

from ...config import Study
from .. import ids
from ..book import Book
from ..names import Comparison, arm_title, benchmark_title, comparisons, final, ordered_arms
from ..palette import MUTED, arm_colours, pair_colours
from .axes import DODGE, axis, log_axis, points_axis, share_axis, station, station_axis
from .curves import Point, curve, dots
from .layout import Figure, Section, layout, zero_line

FRONTIER = (
    "Accuracy that a number of tokens buys: the k-th point of a line is pass@k against k times the mean "
    "tokens of one attempt. At the same height the line further left is cheaper; at the same place on the "
    "token axis the higher one is better. Dotted lines are the policies before training. The intervals of "
    "the points are drawn on the page of pass@k."
)
MATCHED = (
    "Difference in accuracy at the same token budget per problem, as parts of the largest budget that both "
    "arms were measured at. Bars are paired intervals from resampling problems, at a fixed budget."
)
PER_CORRECT = (
    "All completion tokens divided by all correct completions, after each stage. Bars are intervals of that "
    "ratio from resampling problems, on a logarithmic axis. A missing point means that nothing was solved; "
    "a missing upper bar, that some resamples had nothing solved."
)
RATIOS = (
    "Tokens of {second} divided by those of {first} on the same problem and draw, by who solved it: the "
    "median of each bucket with its interval from resampling problems, on a logarithmic axis. Right of one, "
    "{second} is longer."
)
BUDGETS = ("quarter", "half", "full")
BUCKETS = ("both", "first_only", "second_only", "neither")


def sections(study: Study, book: Book) -> list[Section]:
    """Sections of the cost page."""
    names, pairs = list(study.benchmarks), comparisons(study)
    one = pairs[0] if len(pairs) == 1 else None
    found = [
        _section(
            "frontier",
            "The cost frontier",
            FRONTIER,
            [_frontier(study, book, name) for name in names],
            interval=False,
        )
    ]
    if pairs:
        figures = [_matched(study, book, name) for name in names]
        title = f"At the same budget, {one.minus}" if one else "At the same budget, first arm − second"
        found.append(_section("matched", title, MATCHED, figures))
    figures = [_per_correct(study, book, name) for name in names]
    found.append(_section("per-correct", "Tokens per correct answer", PER_CORRECT, figures))
    if pairs:
        figures = [_ratios(study, book, name, both) for both in pairs for name in names]
        first, second = one.titles if one else ("the first arm", "the second arm")
        title = f"Token ratios, {second} / {first}{one.suffix if one else ''}"
        caption = RATIOS.format(first=first, second=second)
        found.append(_section("ratios", title, caption, figures))
    return found


def _section(
    key: str, title: str, caption: str, figures: list[Figure | None], interval: bool = True
) -> Section:
    return Section(key, title, caption, [figure for figure in figures if figure], interval=interval)


def _frontier(study: Study, book: Book, benchmark: str) -> Figure | None:
    colours, traces = arm_colours(study), []
    for arm in ordered_arms(study):
        points = _spent(study, book, benchmark, arm, final(study, arm))
        traces += curve(book, points, arm_title(study, arm), colours[arm], interval="none")
        if final(study, arm) != "base":
            before = _spent(study, book, benchmark, arm, "base")
            traces += curve(
                book, before, f"{arm_title(study, arm)}, base", colours[arm], interval="none", dotted=True
            )
    if not traces:
        return None
    x = axis("completion tokens per problem", rangemode="tozero")
    shape = layout(x, share_axis("solved within the budget", rangemode="tozero"))
    return Figure(f"frontier-{benchmark}", benchmark_title(study, benchmark), traces, shape)


def _spent(study: Study, book: Book, benchmark: str, arm: str, at: str) -> list[Point]:
    attempt = book.value(ids.cell("tokens_per_rollout", benchmark, arm, at))
    if attempt is None:
        return []
    return [(k * attempt, ids.cell(ids.pass_at(k), benchmark, arm, at)) for k in ids.ks(study, benchmark)]


def _matched(study: Study, book: Book, benchmark: str) -> Figure | None:
    colours, traces, pairs = pair_colours(study), [], comparisons(study)
    for turn, both in enumerate(pairs):
        aside = DODGE * (turn - (len(pairs) - 1) / 2)
        points = [
            (place + aside, ids.difference("budget_accuracy", benchmark, both.pair, both.checkpoint, level))
            for place, level in enumerate(BUDGETS)
        ]
        traces += curve(book, points, both.minus, colours[both.pair], form="+.1pp", interval="bars")
    if not traces:
        return None
    x = axis(
        "part of the common budget",
        tickvals=list(range(len(BUDGETS))),
        ticktext=list(BUDGETS),
        range=[-0.4, len(BUDGETS) - 0.6],
    )
    shape = layout(x, points_axis("difference in accuracy", traces), shapes=[zero_line()])
    return Figure(f"matched-{benchmark}", benchmark_title(study, benchmark), traces, shape)


def _per_correct(study: Study, book: Book, benchmark: str) -> Figure | None:
    colours, traces, shown = arm_colours(study), [], []
    for arm in ordered_arms(study):
        points = [
            (station(study, arm, at), ids.cell("tokens_per_correct", benchmark, arm, at))
            for at in study.checkpoints(arm)
        ]
        traces += curve(book, points, arm_title(study, arm), colours[arm], form=",.0f", interval="bars")
        shown += [identity for _, identity in points]
    if not traces:
        return None
    shape = layout(station_axis(study), log_axis("tokens per correct", _extent(book, shown)))
    return Figure(f"per-correct-{benchmark}", benchmark_title(study, benchmark), traces, shape)


def _ratios(study: Study, book: Book, benchmark: str, both: Comparison) -> Figure | None:
    labels = ["both", *(f"{arm} only" for arm in both.titles), "neither"]
    shown = [ids.paired("token_ratio", benchmark, both.pair, both.checkpoint, bucket) for bucket in BUCKETS]
    colour = pair_colours(study)[both.pair]
    traces = dots(book, [(0, identity) for identity in shown], colour, labels, ".2f")
    if not traces:
        return None
    line = {"color": MUTED, "width": 1}
    one = {
        "type": "line",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "x0": 1,
        "x1": 1,
        "line": line,
        "layer": "below",
    }
    y = axis("solved by", type="category", categoryorder="array", categoryarray=labels[::-1])
    shape = layout(log_axis("median token ratio", [1.0, *_extent(book, shown)]), y, shapes=[one])
    key, title = f"ratios-{benchmark}", benchmark_title(study, benchmark)
    if len(study.pairs()) > 1:
        key = "-".join((key, *both.pair))
        title = f"{title}: {both.over}"
    return Figure(key, title, traces, shape)


def _extent(book: Book, shown: list[str]) -> list[float]:
    ends = [end for identity in shown for end in book.interval(identity) or ()]
    return ends + [value for identity in shown if (value := book.value(identity)) is not None]
