"""The main effects on the first page: one row each, with its interval."""

from dataclasses import dataclass

from ...config import Study
from ..book import Book
from ..effects import ACCURACY, LEARNING, NARROWING, NEARER, STATED, Effect, effects
from ..names import arm_title, benchmark_title
from ..palette import MUTED, arm_colours, pair_colours
from .axes import axis, points_axis
from .curves import dots
from .layout import Figure, Section, layout


@dataclass(frozen=True)
class Kinds:
    """Kinds of effects that share an axis."""

    kinds: tuple[str, ...]
    title: str
    label: str


# What is drawn, on one axis: the first of these of which the study found something, else the clearest it has.
# A study that trains answers from lists or numbers from laws has problems to see what is lost beside them.
DISTANCES = "Changes in the distance to the target law"
SHOWN = (
    Kinds((NEARER,), DISTANCES, "change in distance"),
    Kinds((STATED,), DISTANCES, "change in distance"),
    Kinds((LEARNING, ACCURACY), "Changes and differences in accuracy", "change in accuracy"),
    Kinds(
        (NARROWING,),
        "Changes in how much answers differ",
        "change in mean pairwise cosine distance, % of the base",
    ),
)
CAPTION = (
    "{what}, with their intervals. Where an interval crosses the line at zero, nothing is detected: the "
    "effect may be none, or small in either direction. Filled: what training changed, last checkpoint minus "
    "untrained base. Hollow: compared arms at their last checkpoints, first minus second."
)


def section(study: Study, book: Book) -> Section | None:
    """The forest of main effects; None where the study has none. `study` is a pooled one."""
    found = effects(study, book)
    drawn = [
        (some, each) for each in SHOWN if (some := [effect for effect in found if effect.kind in each.kinds])
    ]
    if not drawn:
        return None
    shown, told = next(
        (pair for pair in drawn if any(effect.points for effect in pair[0])), max(drawn, key=_clearest)
    )
    labels = [_label(study, effect) for effect in shown]
    order = sorted(range(len(shown)), key=lambda at: list(study.benchmarks).index(shown[at].benchmark))
    traces = [trace for at in order for trace in _row(study, book, shown[at], labels[at])]
    x = points_axis(told.label, traces, "x") if LEARNING in told.kinds else axis(told.label)
    x |= {"zeroline": True, "zerolinecolor": MUTED, "zerolinewidth": 1.5}
    order_y = [labels[at] for at in order]
    y = axis(
        "", type="category", categoryorder="array", categoryarray=order_y[::-1], ticks="", showgrid=False
    )
    figure = Figure("effects", "", traces, layout(x, y, height=80 + 36 * len(shown)))
    return Section("effects", told.title, CAPTION.format(what=told.title), [figure])


def _clearest(drawn: tuple[list[Effect], Kinds]) -> float:
    return max(effect.strength for effect in drawn[0])


def _label(study: Study, effect: Effect) -> str:
    whose = effect.both.minus if effect.both else f"{arm_title(study, effect.arm)}, training"
    return f"{benchmark_title(study, effect.benchmark)}<br>{whose}"


def _row(study: Study, book: Book, effect: Effect, label: str) -> list[dict]:
    colour = pair_colours(study)[effect.both.pair] if effect.both else arm_colours(study)[effect.arm]
    found = dots(book, [(0.0, effect.number)], colour, [label], effect.form)
    for trace in found:
        trace["marker"]["symbol"] = "circle-open" if effect.both else "circle"
    return found
