"""Hill climbing inside the last stage, and accuracy along the whole chain of stages."""

from ...config import Study
from ...config.import_file import Import
from .. import ids
from ..book import Book
from ..names import (
    arm_title,
    benchmark_title,
    checkpoint_title,
    climbed_stage,
    final,
    ordered_arms,
    passed,
    stage_title,
    trained_arms,
)
from ..palette import MUTED, arm_colours
from .axes import axis, points_axis, share_axis, station, station_axis
from .curves import curve, dots
from .layout import Figure, Section, layout

HILL = (
    "Accuracy on problems that no stage trains on, measured at every published checkpoint of the "
    "stage. The first point is the policy the stage starts from. Shades are intervals from resampling "
    "problems, because rollouts of one problem are not independent."
)
# Of a curve without its problems nothing can be resampled or paired.
PUBLISHED = (
    "Accuracy on held-out problems as published, at every evaluation inside the stage. The first "
    "point is the policy the stage starts from. Shades are Wilson intervals of one rollout a problem."
)
GAINS = (
    "Accuracy at the last evaluation minus that of the policy the stage starts from, by source. Which "
    "problems were solved was not published, so nothing is paired: intervals are Newcombe's for independent "
    "rates."
)
CHAIN = (
    "Accuracy after each stage of the chain, per benchmark, on the same problems throughout. "
    "An untrained control has one point at the left, which a thin line carries across."
)


def measured(study: Study) -> list[str]:
    """The trained checkpoints whose accuracy is known, one for each evaluation."""
    return [at for _, at, _ in study.evaluations("passk") if at != "base"]


def sections(study: Study, book: Book) -> list[Section]:
    """Sections of the learning page about accuracy; none where that of no trained checkpoint is known."""
    if not measured(study):
        return []
    climb = _hill_figure(study, book)
    chain = [_chain_figure(study, book, name) for name in study.benchmarks]
    curves = [file for file in study.imports.files if file.format == "curve"] if study.imports else []
    gains = [_gains(study, book, curve) for curve in curves]
    caption, resampled = (PUBLISHED, False) if curves else (HILL, True)
    found = [
        Section("gains", "Gains by source", GAINS, [figure for figure in gains if figure], interval=False)
    ]
    return [
        Section(
            "hill-climbing",
            "Hill climbing on held-out problems",
            caption,
            [climb] if climb else [],
            interval=resampled,
        ),
        *(found if curves else []),
        Section("stages", "From base to the last stage", CHAIN, [figure for figure in chain if figure]),
    ]


def step_of(study: Study, checkpoint: str, stage: str) -> int:
    """How many optimizer steps of `stage` a checkpoint has behind it."""
    if checkpoint == stage:
        return study.stages[stage].steps
    return int(checkpoint.split("@")[1]) if checkpoint.startswith(f"{stage}@") else 0


def _hill_figure(study: Study, book: Book) -> Figure | None:
    stage = climbed_stage(study)
    if stage is None:
        return None
    heldout, colours, traces = study.band.heldout.slice, arm_colours(study), []
    for arm in (arm for arm in trained_arms(study) if passed(study, arm, stage)):
        checkpoints = [study.stage_before(stage, arm), *study.step_checkpoints(stage), stage]
        points = [
            (step_of(study, checkpoint, stage), ids.cell("pass@1", heldout, arm, checkpoint))
            for checkpoint in checkpoints
        ]
        traces += curve(book, points, arm_title(study, arm), colours[arm])
    if not traces:
        return None
    shape = layout(axis(f"step of {stage_title(study, stage)}"), share_axis("held-out accuracy"), height=380)
    return Figure("hill-climbing", "", traces, shape)


def _gains(study: Study, book: Book, entry: Import) -> Figure | None:
    steps = study.step_checkpoints(entry.checkpoint)
    if not steps:
        return None
    whole = ids.gain(entry.slice, entry.arm, steps[-1], study.stage_before(entry.checkpoint, entry.arm))
    shown = [whole, *book.under(whole)]
    labels = ["all", *(identity.removeprefix(f"{whole}.") for identity in shown[1:])]
    colour = arm_colours(study)[entry.arm]
    traces = dots(book, [(0, identity) for identity in shown], colour, labels, "+.1pp")
    if not traces:
        return None
    y = axis("", type="category", categoryorder="array", categoryarray=labels[::-1])
    x = points_axis("gain in held-out accuracy", traces, "x", zeroline=True, zerolinecolor=MUTED)
    title = f"{arm_title(study, entry.arm)}, {checkpoint_title(study, steps[-1])}"
    return Figure(f"gains-{entry.arm}", title, traces, layout(x, y))


def _chain_figure(study: Study, book: Book, benchmark: str) -> Figure | None:
    colours, traces, shapes = arm_colours(study), [], []
    for arm in ordered_arms(study):
        points = [
            (station(study, arm, at), ids.cell("pass@1", benchmark, arm, at)) for at in study.checkpoints(arm)
        ]
        traces += curve(book, points, arm_title(study, arm), colours[arm], interval="bars")
        control = book.value(ids.cell("pass@1", benchmark, arm, "base"))
        if final(study, arm) == "base" and control is not None:
            shapes.append(_level(control, colours[arm]))
    if not traces:
        return None
    shape = layout(station_axis(study), share_axis("accuracy", rangemode="tozero"), shapes=shapes)
    return Figure(f"chain-{benchmark}", benchmark_title(study, benchmark), traces, shape)


def _level(value: float, colour: str) -> dict:
    line = {"color": colour, "width": 1, "dash": "dot"}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": value,
        "y1": value,
        "line": line,
        "layer": "below",
    }
