"""pass@k of every arm, and the differences of compared arms."""

from ...config import Study
from ...metrics.passk import EVERY
from .. import ids
from ..book import Book
from ..names import arm_title, benchmark_title, comparisons, final, ordered_arms
from ..palette import arm_colours, pair_colours
from .axes import axis, log_axis, points_axis, share_axis
from .curves import Interval, Point, curve
from .layout import Figure, Section, layout, zero_line

CURVES = (
    "The share of problems that at least one of k rollouts solves, by the unbiased estimator, averaged over "
    "problems. Solid lines are the policies at the end of their chain, dotted lines the same arms before "
    "training. Shades are intervals from resampling problems{few}."
)
GAPS = (
    "pass@k of {first} minus that of {second} at the same k, on the same problems, with the paired "
    "interval from resampling problems{few}. Above zero {first} is ahead; where the interval covers zero no "
    "difference is detected."
)
# More shades hide one another.
FEW = 4
HIDDEN = ", here only in what a point says when it is pointed at, since so many shades hide one another"


def sections(study: Study, book: Book) -> list[Section]:
    """Sections of the pass@k page."""
    curves = [_curves(study, book, name) for name in study.benchmarks]
    caption = CURVES.format(few=_hidden_note(len(study.arms)))
    found = [Section("curves", "Every arm at every k", caption, [figure for figure in curves if figure])]
    pairs = comparisons(study)
    if pairs:
        gaps = [_gap(study, book, name) for name in study.benchmarks]
        first, second = pairs[0].titles if len(pairs) == 1 else ("the first arm", "the second")
        title = f"Difference, {pairs[0].minus}" if len(pairs) == 1 else "Differences of compared arms"
        caption = GAPS.format(first=first, second=second, few=_hidden_note(len(pairs)))
        found.append(Section("difference", title, caption, [figure for figure in gaps if figure]))
    return found


def _shade(lines: int) -> Interval:
    return "ribbon" if lines <= FEW else "none"


def _hidden_note(lines: int) -> str:
    return "" if lines <= FEW else HIDDEN


def _curves(study: Study, book: Book, benchmark: str) -> Figure | None:
    colours, traces, shade = arm_colours(study), [], _shade(len(study.arms))
    for arm in ordered_arms(study):
        at, title = final(study, arm), arm_title(study, arm)
        traces += curve(book, _points(study, benchmark, arm, at), title, colours[arm], interval=shade)
        if at != "base":
            before = _points(study, benchmark, arm, "base")
            traces += curve(book, before, f"{title}, base", colours[arm], interval="none", dotted=True)
    if not traces:
        return None
    shape = layout(_k_axis(study, benchmark), share_axis("pass@k", rangemode="tozero"))
    return Figure(f"passk-{benchmark}", benchmark_title(study, benchmark), traces, shape)


def _points(study: Study, benchmark: str, arm: str, checkpoint: str) -> list[Point]:
    return [(k, ids.cell(ids.pass_at(k), benchmark, arm, checkpoint)) for k in ids.ks(study, benchmark)]


def _gap(study: Study, book: Book, benchmark: str) -> Figure | None:
    colours, traces, pairs = pair_colours(study), [], comparisons(study)
    for both in pairs:
        points = [
            (k, ids.difference(ids.pass_at(k), benchmark, both.pair, both.checkpoint))
            for k in ids.ks(study, benchmark)
        ]
        shade = _shade(len(pairs))
        traces += curve(book, points, both.minus, colours[both.pair], form="+.1pp", interval=shade)
    if not traces:
        return None
    y = points_axis("difference in pass@k", traces)
    shape = layout(_k_axis(study, benchmark), y, shapes=[zero_line()])
    return Figure(f"passk-gap-{benchmark}", benchmark_title(study, benchmark), traces, shape)


def _k_axis(study: Study, benchmark: str) -> dict:
    found = ids.ks(study, benchmark)
    # Beyond this only powers of two have numbers.
    return log_axis("k", found) if found[-1] > EVERY else axis("k", dtick=max(1, found[-1] // 8))
