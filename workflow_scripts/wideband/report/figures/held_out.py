"""Held-out KL inside stages, by what it took: steps, tokens, seconds of training."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...config import Study
from ...tables import read_table
from .. import ids
from ..book import Book
from ..names import arm_title, benchmark_title, spaced, stage_title
from ..palette import arm_colours
from .axes import axis, log_axis
from .curves import curve
from .layout import Figure, Section, layout, trace_numbers
from .training import log_path

CAPTION = (
    "KL(target law || policy) of complete answers, exact, before, inside and after stages, on items that no "
    "stage trains on, the same for all arms: by optimizer steps, by tokens trained on (prompts among them), "
    "and by seconds of training, in which evaluations are not counted. So arms can be compared at equal "
    "steps, at equal tokens and at equal time."
)


@dataclass(frozen=True)
class Spent:
    """What training takes: a column of the training log, and how an axis calls it."""

    column: str
    title: str


EVERY = (
    Spent("step", "optimizer steps"),
    Spent("trained_tokens", "tokens trained on"),
    Spent("seconds", "seconds of training"),
)


def sections(study: Study, book: Book, root: Path) -> list[Section]:
    """A section with three figures for each slice that stages are evaluated on; none without any."""
    by_slice: dict[str, list[tuple[str, str]]] = {}
    for arm, stage in study.eval_logs():
        by_slice.setdefault(study.stages[stage].eval.slice, []).append((arm, stage))
    return [_section(study, book, root, name, logs) for name, logs in by_slice.items()]


def _section(study: Study, book: Book, root: Path, name: str, logs: Sequence[tuple[str, str]]) -> Section:
    taken = {(arm, stage): _taken(root / log_path(arm, stage)) for arm, stage in logs}
    title = benchmark_title(study, name) if name in study.benchmarks else spaced(name)
    figures = [_figure(study, book, name, taken, spent) for spent in EVERY]
    known = [figure for figure in figures if figure]
    return Section(f"held-out-kl-{name}", f"Held-out KL during training: {title}", CAPTION, known)


def _taken(path: Path) -> pd.DataFrame:
    """What all steps up to each one took; the first row is that of none."""
    log = read_table(path, "training_log").sort_values("step")
    sums = log[["trained_tokens", "seconds"]].cumsum().assign(step=log["step"]).set_index("step", drop=False)
    return pd.concat([pd.DataFrame(0, index=[0], columns=sums.columns), sums])


def _figure(
    study: Study, book: Book, name: str, taken: dict[tuple[str, str], pd.DataFrame], spent: Spent
) -> Figure | None:
    colours, traces = arm_colours(study), []
    several = len({arm for arm, _ in taken}) < len(taken)
    for (arm, stage), sums in taken.items():
        # To milliseconds, as in the figures of training.
        places = [(step, round(float(sums.loc[step, spent.column]), 3)) for step in study.eval_steps(stage)]
        points = [(at, ids.held_out_kl(name, arm, stage, step)) for step, at in places]
        called = arm_title(study, arm) + (f", {stage_title(study, stage)}" if several else "")
        traces += curve(book, points, called, colours[arm], form=",.3f", interval="bars")
    if not traces:
        return None
    shown = [number for trace in traces for number in trace_numbers(trace)]
    ends = [end for number in shown for end in (book.value(number), *(book.interval(number) or ()))]
    shape = layout(axis(spent.title), log_axis("held-out KL, nats", ends), height=340)
    sources = tuple(log_path(arm, stage) for arm, stage in taken)
    return Figure(f"held-out-kl-{name}-{spent.column}", f"by {spent.title}", traces, shape, sources)
