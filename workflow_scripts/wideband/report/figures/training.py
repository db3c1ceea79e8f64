"""Training curves of every arm over the whole chain of stages, from the training logs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...config import Study
from ...tables import read_table
from ..names import arm_title, stage_title, trained_arms
from ..palette import RULE, arm_colours
from .axes import axis
from .layout import Figure, Section, layout, note

CAPTION = (
    "One point per optimizer step, the stages of the chain one after the other. These are averages over the "
    "rollouts that the step was trained on, so the problems differ between steps and, in the last stage, "
    "between arms: compare held-out accuracy instead of these curves. No interval is drawn, the points are "
    "the data."
)
BY_TIME = (
    " By time, all arms begin at the left end, which shows whose loss falls faster in seconds of training. "
    "Losses of soft targets are divergences, estimated where paths are sampled, and can be compared with one "
    "another. That of sft has the entropy of the answers in it as well, and lies higher."
)


# Pixels of a line of labels.
LINE = 13


@dataclass(frozen=True)
class Panel:
    """One column of the training log as a plot."""

    column: str
    title: str
    axis: str
    share: bool = False
    timed: bool = False


PANELS = (
    Panel("loss", "Loss", "nats"),
    Panel("loss", "Loss by time of training", "nats", timed=True),
    Panel("reward", "Reward", "mean reward"),
    Panel("correct", "Correct", "share of rollouts", share=True),
    Panel("tag_valid", "Valid tags", "share of rollouts", share=True),
    Panel("undecided", "Verdicts not reached, counted as wrong", "share of rollouts", share=True),
    Panel("entropy", "Entropy", "nats per token"),
    Panel("groups_zero_variance", "Groups without variance", "share of groups", share=True),
    Panel("tokens", "Tokens per step", "completion tokens"),
    Panel("grad_norm", "Gradient norm", "norm"),
    Panel("seconds", "Time per step", "seconds"),
)


def sections(study: Study, root: Path) -> list[Section]:
    """Sections of the training page. `root` is the study's results folder."""
    logs = {arm: _log(study, root, arm) for arm in trained_arms(study)} if study.stages else {}
    starts = _starts(study, logs)
    known = [panel for panel in PANELS if any(_has_values(log, panel) for log in logs.values())]
    known = [panel for panel in known if not panel.timed or len(logs) > 1]
    figures = [_figure(study, logs, starts, panel) for panel in known]
    absent = "No training log in this study: nothing was trained."
    caption = CAPTION + BY_TIME * any(panel.timed for panel in known)
    return [Section("curves", "Every step of training", caption, figures, absent, interval=False)]


def _has_values(log: pd.DataFrame, panel: Panel) -> bool:
    """Whether a log has the column, by time the seconds as well, and of undecided verdicts any at all."""
    values = log[panel.column].where(log["seconds"].notna() | (not panel.timed))
    return bool(values.gt(0).any() if panel.column == "undecided" else values.notna().any())


def log_path(arm: str, stage: str) -> str:
    """Where a stage's training log lies, relative to the study's results folder."""
    return f"arms/{arm}/{stage}/training_log.parquet"


def _log(study: Study, root: Path, arm: str) -> pd.DataFrame:
    stages = [stage for name, stage in study.logs() if name == arm]
    parts = [_stage_log(study, root, arm, stage) for stage in stages]
    return pd.concat([part.sort_values("step") for part in parts], ignore_index=True)


def _stage_log(study: Study, root: Path, arm: str, stage: str) -> pd.DataFrame:
    """The log of a stage; nothing is correct, and nothing wrong, where its items have no right answer."""
    log = read_table(root / log_path(arm, stage), "training_log")
    asked = study.stages[stage].slice or study.band.pool
    return log if "gold" in study.gives(asked) else log.assign(correct=float("nan"))


def _starts(study: Study, logs: dict[str, pd.DataFrame]) -> dict[str, int]:
    """How many steps of the chain lie before each logged stage; where arms take unlike many, the most."""
    done, starts = 0, {}
    logged = {stage for _, stage in study.logs()}
    for name, stage in study.stages.items():
        if name in logged:
            starts[name] = done
            done += stage.steps or _last_step(name, logs.values())
    return starts


def _last_step(stage: str, logs: Iterable[pd.DataFrame]) -> int:
    """The last step of a stage that trains on a number of tokens; not every arm has it."""
    return max(int(steps.max()) for log in logs if len(steps := log.loc[log["stage"] == stage, "step"]))


def _figure(study: Study, logs: dict[str, pd.DataFrame], starts: dict[str, int], panel: Panel) -> Figure:
    traces = _traces(study, logs, starts, panel)
    sources = tuple(log_path(arm, stage) for arm, stage in study.logs() if arm in logs)
    y = axis(panel.axis, tickformat=".0%", rangemode="tozero") if panel.share else axis(panel.axis)
    if panel.timed:
        shape = layout(axis("seconds of training"), y)
        return Figure(f"training-{panel.column}-by-time", panel.title, traces, shape, sources)
    notes, margin = _labels(study, starts), {"l": 52, "r": 16, "t": 18 + LINE * (_lines(starts) - 1), "b": 44}
    shape = layout(axis("step of the chain"), y, shapes=_borders(starts), annotations=notes, margin=margin)
    return Figure(f"training-{panel.column}", panel.title, traces, shape, sources)


def _traces(
    study: Study, logs: Mapping[str, pd.DataFrame], starts: Mapping[str, int], panel: Panel
) -> list[dict]:
    colours, traces = arm_colours(study), []
    for arm, log in logs.items():
        log = log.assign(x=log["seconds"].cumsum() if panel.timed else log["step"] + log["stage"].map(starts))
        known = log.dropna(subset=[panel.column, "x"])
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": arm_title(study, arm),
                "legendrank": 1,
                "x": [round(value, 3) for value in known["x"].tolist()],
                "y": [round(value, 6) for value in known[panel.column].tolist()],
                "text": [
                    f"{stage_title(study, stage)}, step {step}"
                    for stage, step in zip(known["stage"], known["step"], strict=True)
                ],
                "hovertemplate": "%{y:.4g}<br>%{text}<extra>" + arm_title(study, arm) + "</extra>",
                "line": {"color": colours[arm], "width": 1.5},
                "marker": {"color": colours[arm], "size": 3},
            }
        )
    return traces


def _borders(starts: dict[str, int]) -> list[dict]:
    line = {"color": RULE, "width": 1.2}
    return [
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at + 0.5, "x1": at + 0.5, "line": line}
        for at in list(starts.values())[1:]
    ]


def _lines(starts: dict[str, int]) -> int:
    """On how many lines the names of stages stand in turn: two of one line are far from one another."""
    return (len(starts) + 1) // 2


def _labels(study: Study, starts: dict[str, int]) -> list[dict]:
    lines = _lines(starts)
    return [
        note(stage_title(study, name), at + 0.5, yshift=LINE * (lines - 1 - place % lines))
        for place, (name, at) in enumerate(starts.items())
    ]
