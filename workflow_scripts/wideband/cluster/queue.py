"""What the jobs of a run do: SLURM's queue, and a board with a line a job; how one ended that is gone.

Also ends the jobs that an earlier driver of the study left in the queue when it was killed.
"""

import re
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import WidebandError
from ..provenance.atomic import write_text
from .accounting import PASSING
from .slurm import ask

FORMAT = "%i|%T|%M|%R|%k"
# States of a job whose processes are there.
ACTIVE = frozenset({"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "STAGE_OUT"})
EVERY_S = 15.0
# The lines of a job's log that say how far it is: training steps, rollouts, pretraining.
PROGRESS = re.compile(r"^\d\d:\d\d:\d\d [^|]*\| (.* left)\s*$", re.MULTILINE)
TAIL = 20_000
# Where the SLURM name of a study's last run is kept, and how long its jobs may take to end.
LAST_RUN, ENDING_S = "provenance/slurm_run", 120
# How jobs ended, by their ids.
_ends: dict[str, str] = {}


@dataclass(frozen=True)
class Queued:
    """One SLURM job: what it makes, its state, time since it started, and its node or why it waits."""

    job: str
    name: str
    state: str
    elapsed: str
    where: str


def queued(run: str) -> list[Queued] | None:
    """The jobs of a run that wait, run or are ending; None where SLURM cannot be asked."""
    answer = ask("squeue", "--noheader", "--name", run, f"--format={FORMAT}")
    return None if answer is None else read(answer)


def read(answer: str) -> list[Queued]:
    """What squeue printed in FORMAT: a line for each job."""
    found = []
    for row in answer.splitlines():
        job, state, elapsed, where, comment = (part.strip() for part in row.split("|", 4))
        rule, _, wildcards = comment.removeprefix("rule_").partition("_wildcards_")
        found.append(Queued(job, f"{rule} {wildcards}".strip(), state, elapsed, where))
    return found


def end(job: str) -> str:
    """How a job that left the queue ended, by the accounting, asked until it says so; empty before."""
    if job not in _ends:
        answer = ask("sacct", "--allocations", "--noheader", "--parsable2", f"--jobs={job}", "--format=State")
        state = answer.split()[0] if answer else ""
        if not state or state in PASSING:
            return ""
        _ends[job] = state.lower()
    return _ends[job]


def show(run: str, logs: Path) -> None:
    """Print the board of a run in the background until this process ends."""
    threading.Thread(target=_show, args=(run, logs), daemon=True).start()


def lines(queue: Iterable[Queued], logs: Path) -> dict[str, str]:
    """A line per job of the queue, by its id. `logs` holds their logs as `**/<id>.log`."""
    return {
        job.job: (
            f"{job.name}  {job.state.lower()} {job.elapsed}  {job.where}  {_progress(job.job, logs)}"
        ).rstrip()
        for job in queue
    }


def _progress(job: str, logs: Path) -> str:
    """How far a job is by its log, with the log's path before it says anything."""
    path = next(logs.rglob(f"{job}.log"), None)
    if path is None:
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        lines = PROGRESS.findall(file.read().decode(errors="replace"))
    return lines[-1] if lines else f"log {path}"


def _show(run: str, logs: Path) -> None:
    before: dict[str, str] = {}
    while True:
        time.sleep(EVERY_S)
        queue = queued(run)
        if queue is None:
            continue
        now = lines(queue, logs)
        for job, line in now.items():
            if before.get(job) != line:
                print(f"{time.strftime('%H:%M:%S')} {job} {line}", file=sys.stderr, flush=True)
        before = now


class StillThere(WidebandError):
    """Jobs that do not end; the message names them."""


def end_earlier(root: Path, run: str | None) -> list[str]:
    """End what the last driver of the study left, and note the SLURM name of this one's jobs (`run`).

    Called with the study's lock held, so that no other driver looks after those jobs. They go on from their
    last save when this driver sends them again. The ids of the ended jobs. Raises StillThere.
    """
    place = root / LAST_RUN
    ended = _ended(place.read_text(encoding="utf-8").strip()) if place.is_file() else []
    if run:
        write_text(place, run + "\n")
    return ended


def _ended(run: str) -> list[str]:
    """The jobs of a run that were still there and are ended now."""
    jobs = _ids(run)
    if jobs:
        ask("scancel", *jobs)
    until = time.monotonic() + ENDING_S
    while left := _ids(run):
        if time.monotonic() > until:
            raise StillThere(
                f"SLURM jobs {', '.join(left)} of an earlier run do not end; see scontrol show job"
            )
        time.sleep(1)
    return jobs


def _ids(run: str) -> list[str]:
    """Jobs of a run that wait, run or are ending; squeue lists no others unless asked."""
    return (ask("squeue", "--noheader", "--name", run, "--format=%i") or "").split()
