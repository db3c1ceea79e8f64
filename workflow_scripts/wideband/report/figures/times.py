"""Where the time of the jobs went: a row per rule, and the critical path, a row per job in its order.

Waiting is shown on the critical path alone: a hundred jobs that wait for two processors wait side by side, so
that a sum over them says nothing.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from ...provenance.times import JobTime, RuleTime, Spent
from ..palette import MUTED
from .axes import axis
from .layout import Figure, layout

# Fills that no compared arm has.
FILLS = {"imports": "#B8860B", "compute": "#117A8B", "waiting": "#b4bcc5"}
# The axis of the left bars over the longest of them: room for a percentage.
ROOM = 1.16
MINUTE, HOUR = 60, 3600
# The widest axis, in seconds, that is read easily in a unit.
UNITS = ((3 * MINUTE, "seconds", 1), (3 * HOUR, "minutes", MINUTE), (float("inf"), "hours", HOUR))


def facts(spent: Spent) -> list[tuple[str, str]]:
    """What the page says above the plot: terms and what they are."""
    rows = [("Jobs", f"{spent.jobs:,}")]
    if spent.runs:
        until = "from the start of snakemake to the end of its last job"
        of = until if spent.runs == 1 else f"of {spent.runs} runs, each {until} that still stands"
        rows.append(("Wall time", f"{lasting(spent.wall)}, {of}"))
    share = spent.utilisation
    there = f", {share:.0%} of what {_processors(spent)} had in that time" if share is not None else ""
    rows.append(("Processor time", lasting(spent.cpu_seconds) + there))
    if spent.path:
        ran = sum(job.imports + job.compute for job in spent.path)
        waited = sum(job.waiting for job in spent.path)
        many = f"{len(spent.path):,} job" + ("" if len(spent.path) == 1 else "s")
        rows.append(("Critical path", f"{many}, {lasting(ran)} running and {lasting(waited)} waiting"))
    return rows


def figure(spent: Spent) -> Figure | None:
    """Imports and compute of every rule; None before any job has run."""
    if not spent.rules:
        return None
    longest = max(rule.ran for rule in spent.rules)
    unit, size = _unit(longest)
    labels = [f"{rule.rule.replace('_', ' ')} · {_jobs(rule)}" for rule in spent.rules]
    shape = layout(
        axis(f"{unit} running,<br>% of processor time", range=[0, ROOM * longest / size]),
        axis("", autorange="reversed", type="category", ticks="", ticksuffix="  ", showgrid=False),
        **_shape(len(labels), "stack"),
    )
    traces = [
        *(_bars(part, spent.rules, labels, size, _hover) for part in ("imports", "compute")),
        _after([rule.ran / size for rule in spent.rules], labels, _shares(spent)),
    ]
    return Figure("times", "", traces, shape)


def path_figure(spent: Spent) -> Figure | None:
    """The critical path: when each of its jobs was ready, began, and ended; None where no run is known."""
    if not spent.path:
        return None
    first = spent.path[0]
    origin = first.ended - timedelta(seconds=first.lasted)
    ready = [(job.ended - origin).total_seconds() - job.lasted for job in spent.path]
    whole = (spent.path[-1].ended - origin).total_seconds()
    unit, size = _unit(whole)
    labels = [f"{place} {job.name.replace('_', ' ')}" for place, job in enumerate(spent.path, start=1)]
    shape = layout(
        axis(f"{unit} since the first of these jobs was ready", range=[0, ROOM * whole / size]),
        axis("", autorange="reversed", type="category", ticks="", ticksuffix="  ", showgrid=False),
        **_shape(len(labels), "overlay"),
    )
    begun = [at + job.waiting for at, job in zip(ready, spent.path, strict=True)]
    working = [at + job.imports for at, job in zip(begun, spent.path, strict=True)]
    starts = {"waiting": ready, "imports": begun, "compute": working}
    traces = [
        *(
            _bars(
                part,
                spent.path,
                labels,
                size,
                lambda _, amount: lasting(amount),
                base=[round(at / size, 4) for at in begins],
            )
            for part, begins in starts.items()
        ),
        _after(
            [at / size + job.compute / size for at, job in zip(working, spent.path, strict=True)],
            labels,
            [lasting(job.lasted) for job in spent.path],
        ),
    ]
    return Figure("path", "", traces, shape)


def _shape(rows: int, barmode: str) -> dict[str, Any]:
    """What both plots share: bars upon each other, a legend above."""
    legend = {
        "orientation": "h",
        "x": 0,
        "y": 1,
        "yanchor": "bottom",
        "traceorder": "normal",
        "itemclick": False,
    }
    return {
        "barmode": barmode,
        "bargap": 0.3,
        "height": 124 + 26 * rows,
        "showlegend": True,
        "legend": legend,
        "margin": {"l": 52, "r": 72, "t": 34, "b": 62},
    }


def lasting(seconds: float) -> str:
    """A duration in words: `0.42 s`, `42 s`, `7 min 26 s`, `2 h 05 min`."""
    if seconds < 9.95:
        return f"{seconds:.2g} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02} s"
    minutes = round(seconds / MINUTE)
    return f"{minutes // MINUTE:,} h {minutes % MINUTE:02} min"


def _unit(longest: float) -> tuple[str, int]:
    """The unit in which bars up to this length are drawn, and its size in seconds."""
    return next((name, size) for limit, name, size in UNITS if longest <= limit)


def _bars(
    part: str,
    jobs: Sequence[RuleTime] | Sequence[JobTime],
    labels: list[str],
    size: int,
    say: Callable[[Any, float], str],
    **more: Any,
) -> dict[str, Any]:
    """Bars of what one part of these jobs took; `say` is what a bar shows under the pointer."""
    amounts = [getattr(job, part) for job in jobs]
    return {
        "type": "bar",
        "orientation": "h",
        "name": part,
        "y": labels,
        "x": [round(amount / size, 4) for amount in amounts],
        "hovertext": [say(job, amount) for job, amount in zip(jobs, amounts, strict=True)],
        "hovertemplate": "%{hovertext}<extra>" + part + "</extra>",
        "marker": {"color": FILLS[part]},
        **more,
    }


def _after(ends: list[float], labels: list[str], words: list[str], **more: Any) -> dict[str, Any]:
    """Words after the ends of bars, as bars without a length."""
    return {
        "type": "bar",
        "orientation": "h",
        "y": labels,
        "x": [0] * len(labels),
        "base": [round(end, 4) for end in ends],
        "text": words,
        "textposition": "outside",
        "textfont": {"color": MUTED, "size": 11},
        "cliponaxis": False,
        "showlegend": False,
        "hoverinfo": "skip",
        **more,
    }


def _shares(spent: Spent) -> list[str]:
    """The share of each rule in all processor time."""
    whole = spent.cpu_seconds or 1.0
    return [f"{rule.cpu_seconds / whole:.1%}" for rule in spent.rules]


def _hover(rule: RuleTime, amount: float) -> str:
    summary = f"{lasting(amount)} over {_jobs(rule)}, mean {lasting(amount / rule.jobs)}"
    return f"<b>{rule.rule}</b><br>{summary}<br>processor time {lasting(rule.cpu_seconds)}"


def _jobs(rule: RuleTime) -> str:
    return f"{rule.jobs:,} job" + ("" if rule.jobs == 1 else "s")


def _processors(spent: Spent) -> str:
    number = sum(spent.processors.values())
    return "the processor" if number == 1 else f"the {number} processors"
