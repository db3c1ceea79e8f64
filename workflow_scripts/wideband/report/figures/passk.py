"""pass@k of every arm, the difference of the compared arms, and who solves what."""

from ...config import Study
from ...metrics.passk import EVERY
from .. import ids
from ..book import Book
from ..names import Comparison, benchmark_title, compared, final, ordered_arms
from ..palette import INK, arm_colours
from .axes import axis, log_axis, share_axis
from .curves import Point, curve
from .layout import Figure, Section, layout, zero_line

CURVES = (
    "The share of problems that at least one of k rollouts solves, by the unbiased estimator, averaged over "
    "problems. Solid lines are the policies at the end of their chain, dotted lines the same arms before "
    "training. Shades are intervals from resampling problems."
)
GAPS = (
    "{first} minus {second} at the same k, on the same problems, with the paired interval from resampling "
    "problems. Above zero {first} is ahead; where the shade covers zero the two cannot be told apart."
)


def sections(study: Study, book: Book) -> list[Section]:
    """Sections of the pass@k page."""
    curves = [_curves(study, book, name) for name in study.benchmarks]
    found = [Section("curves", "Both arms at every k", CURVES, [figure for figure in curves if figure])]
    both = compared(study)
    if both:
        gaps = [_gap(study, book, name, both) for name in study.benchmarks]
        caption = GAPS.format(first=both.first, second=both.second)
        title = f"Difference, {both.minus}"
        found.append(Section("difference", title, caption, [figure for figure in gaps if figure]))
    return found


def _curves(study: Study, book: Book, benchmark: str) -> Figure | None:
    colours, traces = arm_colours(study), []
    for arm in ordered_arms(study):
        at = final(study, arm)
        traces += curve(book, _points(study, benchmark, arm, at), arm, colours[arm])
        if at != "base":
            before = _points(study, benchmark, arm, "base")
            traces += curve(book, before, f"{arm}, base", colours[arm], interval="none", dotted=True)
    if not traces:
        return None
    shape = layout(_k_axis(study, benchmark), share_axis("pass@k", rangemode="tozero"))
    return Figure(f"passk-{benchmark}", benchmark_title(study, benchmark), traces, shape)


def _points(study: Study, benchmark: str, arm: str, checkpoint: str) -> list[Point]:
    return [(k, ids.cell(ids.pass_at(k), benchmark, arm, checkpoint)) for k in ids.ks(study, benchmark)]


def _gap(study: Study, book: Book, benchmark: str, both: Comparison) -> Figure | None:
    points = [
        (k, ids.difference(ids.pass_at(k), benchmark, both.pair, both.checkpoint))
        for k in ids.ks(study, benchmark)
    ]
    traces = curve(book, points, both.minus, INK, form="+.1%")
    if not traces:
        return None
    y = share_axis("difference in pass@k", tickformat="+.0%")
    shape = layout(_k_axis(study, benchmark), y, shapes=[zero_line()])
    return Figure(f"passk-gap-{benchmark}", benchmark_title(study, benchmark), traces, shape)


def _k_axis(study: Study, benchmark: str) -> dict:
    found = ids.ks(study, benchmark)
    # Beyond this only powers of two have numbers.
    return log_axis("k", found) if found[-1] > EVERY else axis("k", dtick=max(1, found[-1] // 8))
