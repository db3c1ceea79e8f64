"""What the jobs of a run do, a line for each: queue state, step, reward, tokens/s, time left."""

import re
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from .queue import Queued, queued

EVERY_S = 15.0
# The lines of a job's log that say how far it is: training steps, rollouts, pretraining.
PROGRESS = re.compile(r"^\d\d:\d\d:\d\d [^|]*\| (.* left)\s*$", re.MULTILINE)
TAIL = 20_000


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
