"""How far a study is, on a terminal."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from .state import DONE, ENDED, RUNS, WAITS, Job, State

# What a stage says after each step, by the method's own measure.
STEP = re.compile(r"\| step (\d+) / (\d+)  (reward|loss) (-?\d+\.\d+)")
BARS = "▁▂▃▄▅▆▇█"
WIDEST = 30


def lines(name: str, found: State) -> Iterator[str]:
    """The view, line by line."""
    done, running = found.having(DONE), found.having(RUNS)
    counts = [f"{len(found.having(state))} {state}" for state in (RUNS, ENDED, WAITS) if found.having(state)]
    yield f"{name}: {', '.join([f'{len(done)} of {len(found.jobs)} jobs done', *counts])}"
    yield f"snakemake: {found.driver}" if found.driver else "no snakemake is known to run it"
    if len(done) < len(found.jobs):
        yield left(found)
    stages = [job for job in found.jobs if job.rule == "train" and job.state != WAITS]
    yield from _part("stages", [f"{job.label.partition(' ')[2]}  {curve(job.log)}" for job in stages])
    yield from _part(
        "running",
        [f"{job.label}  {span(job.seconds)}  {job.host}{_in(job)}  {shown(job.said)}" for job in running],
    )
    yield from _part("in SLURM's queue", _queued(found))
    yield from _part(ENDED, [f"{job.label}  {_fate(job)}{job.log}" for job in found.having(ENDED)])
    yield from _part("waiting", _by_rule(found.having(WAITS)))


def left(found: State) -> str:
    """How long it may still take, by what jobs of each rule took so far."""
    seconds, running = found.seconds_left(), len(found.having(RUNS))
    if seconds is None:
        return "time left: not known before a job of each rule has ended"
    together = f", {span(seconds / running)} with {running} at once as now" if running > 1 else ""
    return f"time left: about {span(seconds)} of work{together}"


def curve(log: Path) -> str:
    """A stage's reward or loss by its log: how far it is, the first and last value, and all as bars."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    steps = STEP.findall(text)
    starts = [place for place, step in enumerate(steps) if step[0] == "1"]
    steps = steps[starts[-1] :] if starts else steps
    if not steps:
        return "no step said yet"
    last, total, what, _ = steps[-1]
    values = [float(value) for *_, value in steps]
    return f"step {last} / {total}  {what} {values[0]:.3f} → {values[-1]:.3f}  {bars(values)}"


def bars(values: list[float]) -> str:
    """Values as bars from the least to the greatest, at most WIDEST of them, each the mean of its part."""
    width = min(WIDEST, len(values))
    cuts = [round(place * len(values) / width) for place in range(width + 1)]
    parts = [values[start:end] for start, end in pairwise(cuts)]
    means = [sum(part) / len(part) for part in parts]
    low, high = min(means), max(means)
    scale = (len(BARS) - 1) / (high - low) if high > low else 0.0
    return "".join(BARS[round((mean - low) * scale)] for mean in means)


def span(seconds: float | None) -> str:
    """A length of time in the units that people use."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def shown(text: str) -> str:
    """A log's text without what steers a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _part(title: str, rows: list[str]) -> Iterator[str]:
    if rows:
        yield f"\n{title}"
        yield from (f"  {row}".rstrip() for row in rows)


def _queued(found: State) -> list[str]:
    """SLURM's jobs in which none of the study's runs yet."""
    running = {job.slurm for job in found.having(RUNS)}
    left = [slurm_job for slurm_job in found.queue if slurm_job.job not in running]
    return [
        f"{slurm_job.job}  {shown(slurm_job.name)}  {slurm_job.state.lower()}  {shown(slurm_job.where)}"
        for slurm_job in left
    ]


def _in(job: Job) -> str:
    return f" (SLURM job {job.slurm})" if job.slurm else ""


def _fate(job: Job) -> str:
    return f"SLURM job {job.slurm}{f' {job.fate}' if job.fate else ''}  " if job.slurm else ""


def _by_rule(jobs: list[Job]) -> list[str]:
    return [f"{count:4d}  {rule}" for rule, count in Counter(job.rule for job in jobs).items()]
