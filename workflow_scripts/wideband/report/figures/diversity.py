"""How diversity moves along the chain of stages, metric by metric."""

from dataclasses import dataclass

from ...config import Study
from ...metrics import entailment_names, judge_names, text_names
from .. import ids
from ..book import Book
from ..names import arm_title, benchmark_title, ordered_arms
from ..palette import arm_colours
from . import answers
from .axes import axis, station, station_axis
from .curves import curve
from .layout import Figure, Section, layout


@dataclass(frozen=True)
class Measure:
    """A diversity metric as a plot."""

    metric: str
    title: str
    axis: str
    form: str = ".3f"


MEASURES = (
    Measure("cosine_distance", "Mean pairwise distance", "cosine distance"),
    Measure("variance_trace", "Variance trace", "trace of the covariance"),
    Measure("strategies", "Clusters of solutions (strategies)", "clusters", ".2f"),
    Measure("vendi", "Vendi score", "effective number of solutions", ".2f"),
    Measure("distinct_ngrams", "Distinct word sequences", "expectation-adjusted share"),
    Measure("numeric_signatures", "Distinct numeric signatures", "signatures", ".2f"),
)

CAPTION = (
    "Each measure is taken over the rollouts of one problem and averaged over problems, from the untrained "
    "base to the last stage. Solid lines use all rollouts, with intervals from resampling problems; dotted "
    "lines use the correct rollouts only, on the problems with at least two. A line that falls is a policy "
    "that narrows. Strategies, variance trace and Vendi score grow with the number of rollouts they see, so "
    "the dotted lines of arms with different accuracy are not on equal terms."
)


def sections(study: Study, book: Book) -> list[Section]:
    """One section for every benchmark."""
    return [_section(study, book, name) for name in study.benchmarks]


def _section(study: Study, book: Book, benchmark: str) -> Section:
    measures = (*MEASURES, *of_texts(study), *of_judge(study))
    figures = [_figure(study, book, benchmark, measure) for measure in measures]
    if "options" not in study.gives(benchmark):
        figures += [
            answers.along(study, book, benchmark, metric) for metric in answers.metrics(study, benchmark)
        ]
    first = next(iter(study.benchmarks))
    caption = CAPTION if benchmark == first else f"To be read as for {benchmark_title(study, first)}."
    return Section(
        benchmark, benchmark_title(study, benchmark), caption, [figure for figure in figures if figure]
    )


def of_texts(study: Study) -> list[Measure]:
    """The further measures of texts that a study takes."""
    found, asked = [], study.entailment
    if study.texts:
        settings = study.texts.tokens, study.texts.length
        every = [*text_names.within(*settings), *text_names.across(*settings)]
        found += [
            Measure(measure, text_names.title(measure), text_names.unit_of(measure)) for measure in every
        ]
    for name in entailment_names.measures(asked, correct=False) if asked else ():
        over = " across prompts" if name.endswith(text_names.ACROSS) else ""
        found.append(Measure(name, f"{entailment_names.title(asked)}{over}", "one is neutral"))
    return found


def of_judge(study: Study) -> list[Measure]:
    """What a judge says of answers: diversity without quality says little."""
    asked = study.judge
    return [
        Measure(judge_names.name(what, asked), judge_names.title(what, asked), "share of its answers", ".1%")
        for what in (judge_names.TITLES if asked else ())
    ]


def _figure(study: Study, book: Book, benchmark: str, measure: Measure) -> Figure | None:
    traces = [trace for arm in ordered_arms(study) for trace in _arm(study, book, benchmark, measure, arm)]
    if not traces:
        return None
    key = f"diversity-{benchmark}-{measure.metric}"
    return Figure(key, measure.title, traces, layout(station_axis(study), axis(measure.axis)))


def _arm(study: Study, book: Book, benchmark: str, measure: Measure, arm: str) -> list[dict]:
    colour, title = arm_colours(study)[arm], arm_title(study, arm)
    every, correct = (
        [
            (station(study, arm, at), ids.cell(measure.metric, benchmark, arm, at, subset))
            for at in study.checkpoints(arm)
        ]
        for subset in ("", "correct")
    )
    dotted = curve(
        book, correct, f"{title}, correct", colour, form=measure.form, interval="none", dotted=True
    )
    return curve(book, every, title, colour, form=measure.form, interval="bars") + dotted
