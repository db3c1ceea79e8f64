"""Where the time of the jobs went: a row per rule, what its jobs ran on the left, waited on the right.

Waiting has a scale of its own: a hundred jobs that wait for two processors wait side by side, so that its sum
says little beside what the processors did, and would hide it.
"""

from typing import Any

from ...provenance.times import RuleTime, Spent
from ..palette import MUTED
from .axes import axis
from .layout import Figure, layout

# Fills that no compared arm has.
IMPORTS, COMPUTE, WAITING = "#B8860B", "#117A8B", "#b4bcc5"
LEFT, RIGHT = (0, 0.58), (0.68, 1)
# The axis of the left bars over the longest of them: room for a percentage.
ROOM = 1.16
MINUTE, HOUR = 60, 3600
# The widest axis, in seconds, that is read easily in a unit.
UNITS = ((3 * MINUTE, "seconds", 1), (3 * HOUR, "minutes", MINUTE), (float("inf"), "hours", HOUR))


def facts(spent: Spent) -> list[tuple[str, str]]:
    """What the page says above the plot: terms and what they are."""
    said = [("Jobs", f"{spent.jobs:,}")]
    if spent.runs:
        until = "from the start of snakemake to the end of its last job"
        of = until if spent.runs == 1 else f"of {spent.runs} runs, each {until} that still stands"
        said.append(("Wall time", f"{lasting(spent.wall)}, {of}"))
    share = spent.utilisation
    there = f", {share:.0%} of what {_processors(spent)} had in that time" if share is not None else ""
    said.append(("Processor time", lasting(spent.cpu_seconds) + there))
    return said


def figure(spent: Spent) -> Figure | None:
    """Imports, compute and waiting of every rule; None before any job has run."""
    if not spent.rules:
        return None
    longest = max(rule.ran for rule in spent.rules)
    (unit, size), (unit2, size2) = _unit(longest), _unit(max(rule.waiting for rule in spent.rules))
    labels = [f"{rule.rule.replace('_', ' ')} · {_jobs(rule)}" for rule in spent.rules]
    shape = layout(
        axis(f"{unit} running,<br>% of processor time", range=[0, ROOM * longest / size], domain=LEFT),
        axis("", autorange="reversed", type="category", ticks="", ticksuffix="  ", showgrid=False),
        xaxis2=axis(f"{unit2} waiting", rangemode="tozero", domain=RIGHT, anchor="y"),
        barmode="stack",
        bargap=0.3,
        height=124 + 26 * len(labels),
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "traceorder": "normal",
            "itemclick": False,
        },
        margin={"l": 52, "r": 72, "t": 34, "b": 62},
    )
    traces = [
        _bars("imports", spent, labels, size, marker={"color": IMPORTS}),
        _bars("compute", spent, labels, size, marker={"color": COMPUTE}),
        _bars("waiting", spent, labels, size2, marker={"color": WAITING}, xaxis="x2"),
        _after([rule.ran / size for rule in spent.rules], labels, _shares(spent)),
        _after(
            [rule.waiting / size2 for rule in spent.rules],
            labels,
            [lasting(rule.waiting) for rule in spent.rules],
            xaxis="x2",
        ),
    ]
    return Figure("times", "", traces, shape)


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


def _bars(part: str, spent: Spent, labels: list[str], size: int, **more: Any) -> dict[str, Any]:
    amounts = [getattr(rule, part) for rule in spent.rules]
    return {
        "type": "bar",
        "orientation": "h",
        "name": part,
        "y": labels,
        "x": [round(amount / size, 4) for amount in amounts],
        "hovertext": [_hover(rule, amount) for rule, amount in zip(spent.rules, amounts, strict=True)],
        "hovertemplate": "%{hovertext}<extra>" + part + "</extra>",
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
    each = f"{lasting(amount)} over {_jobs(rule)}, mean {lasting(amount / rule.jobs)}"
    return f"<b>{rule.rule}</b><br>{each}<br>processor time {lasting(rule.cpu_seconds)}"


def _jobs(rule: RuleTime) -> str:
    return f"{rule.jobs:,} job" + ("" if rule.jobs == 1 else "s")


def _processors(spent: Spent) -> str:
    number = sum(spent.processors.values())
    return "the processor" if number == 1 else f"the {number} processors"
