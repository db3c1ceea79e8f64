"""Axes: plain, in shares, logarithmic with readable ticks, and the chain of stages."""

import math
from collections.abc import Iterable
from typing import Any

from ...config import Study
from ..formats import render
from ..names import checkpoint_title, ordered_arms
from ..palette import RULE

POINT_STEPS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
COARSE, FINE = (1, 2, 5), (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
DODGE = 0.07


def axis(title: str, **more: Any) -> dict[str, Any]:
    """A quiet axis with a title."""
    plain = {
        "title": {"text": title, "standoff": 8, "font": {"size": 12}},
        "gridcolor": "#eef1f4",
        "linecolor": RULE,
        "zeroline": False,
        "automargin": True,
        "ticks": "outside",
        "tickcolor": RULE,
        "ticklen": 4,
    }
    return {**plain, **more}


def share_axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis of shares in per cent."""
    return axis(title, **{"tickformat": ".0%", **more})


def points_axis(
    title: str, traces: Iterable[dict[str, Any]], along: str = "y", **more: Any
) -> dict[str, Any]:
    """An axis of differences of rates, which are fractions, labelled in percentage points."""
    shown = [end for trace in traces for end in _ends(trace, along)]
    span = max(shown, default=0.0) - min(shown, default=0.0)
    step = next((candidate for candidate in POINT_STEPS if span <= 6 * candidate), POINT_STEPS[-1])
    many = round(1 / step)
    ticks = [round(step * at, 4) for at in range(-many, many + 1)]
    texts = [render(tick, f"+.{0 if step >= 0.01 else 1}pp") for tick in ticks]
    return axis(f"{title}, points", **{"tickvals": ticks, "ticktext": texts, **more})


def _ends(trace: dict[str, Any], along: str) -> list[float]:
    """The values of a trace, and the ends of their error bars."""
    bars, values = trace.get(f"error_{along}", {}), trace[along]
    reach = (
        zip(bars.get("array", values), bars.get("arrayminus", values), values, strict=True) if bars else ()
    )
    ends = [end for above, below, value in reach for end in (value + (above or 0), value - (below or 0))]
    return [*values, *ends]


def log_axis(title: str, values: Iterable[float]) -> dict[str, Any]:
    """A logarithmic axis over positive `values`, ticked at round numbers."""
    known = [value for value in values if 0 < value < math.inf]
    if not known:
        return axis(title, type="log")
    low, high = min(known) / 1.1, max(known) * 1.1
    ticks = _round_numbers(low, high, COARSE)
    if len(ticks) < 3:
        ticks = _round_numbers(low, high, FINE)
    span = [math.log10(low), math.log10(high)]
    return axis(title, type="log", range=span, tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks])


def _round_numbers(low: float, high: float, steps: tuple[float, ...]) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    numbers = [round(step * 10.0**decade, 10) for decade in decades for step in steps]
    return [number for number in numbers if low <= number <= high]


def station_axis(study: Study) -> dict[str, Any]:
    """The axis of checkpoints: base, then every stage in the order of training."""
    stations = study.stations()
    labels = [checkpoint_title(study, station).replace(" ", "<br>") for station in stations]
    return axis("", tickvals=list(range(len(stations))), ticktext=labels, range=[-0.4, len(stations) - 0.6])


def station(study: Study, arm: str, checkpoint: str) -> float:
    """Where a checkpoint of an arm stands on the axis; arms stand side by side so that bars do not hide."""
    arms = ordered_arms(study)
    shift = DODGE * (arms.index(arm) - (len(arms) - 1) / 2)
    return round(study.stations().index(checkpoint) + shift, 3)
