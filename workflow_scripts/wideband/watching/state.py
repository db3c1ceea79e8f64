"""What each job of a study does now.

A job that begins takes the lock `provenance/running/<job>.lock` and writes into it who it is; one that ends
well writes manifests. Both are files of the results folder, so that jobs on the nodes of a cluster are seen
from anywhere that sees it. Whether a process lives can only be asked on its own machine; of a job in SLURM,
the queue knows.
"""

import platform
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from ..cluster.queue import ACTIVE, PROGRESS, Queued, end, queued
from ..cluster.queue import LAST_RUN as SLURM_RUN
from ..provenance.driver import LOCK as DRIVER
from ..provenance.driver import runs_began
from ..provenance.environment import process_started
from ..workflow.freshness import Record, records
from ..workflow.jobs import PlannedJob

DONE, RUNS, ENDED, WAITS = "done", "running", "ended without a result", "waiting"
RUNNING = "provenance/running"
OWNER = re.compile(r"process (\d+) on (\S+)(?: in SLURM job (\d+))?")
TAIL = 20_000
# Clocks of processes and of files differ by as much.
TICK_S = 1.0


@dataclass(frozen=True)
class Job:
    """One job: its label and state, its log, how far it says it is, and how long it runs or took.

    `seconds` is None for a job that waits; of one that is done it is what its manifest says. `slurm` is the
    SLURM job that it runs or ended in, `fate` how that ended.
    """

    label: str
    rule: str
    state: str
    log: Path
    said: str = ""
    seconds: float | None = None
    host: str = ""
    slurm: str = ""
    fate: str = ""


@dataclass(frozen=True)
class State:
    """All jobs, producers before consumers; `driver`: who makes the study, None where nobody is known to.

    `queue`: the jobs of its run in SLURM's queue; none where it is not over SLURM.
    """

    jobs: tuple[Job, ...]
    driver: str | None
    queue: tuple[Queued, ...] = ()

    def having(self, state: str) -> list[Job]:
        """The jobs of a state."""
        return [job for job in self.jobs if job.state == state]

    def seconds_left(self) -> float | None:
        """Of work, by what jobs of each rule took on average; None where a rule has none that is done."""
        took: dict[str, list[float]] = defaultdict(list)
        for job in self.having(DONE):
            took[job.rule].append(job.seconds or 0.0)
        left = [job for job in self.jobs if job.state != DONE]
        if any(job.rule not in took for job in left):
            return None
        spent = {job.label: job.seconds or 0.0 for job in self.having(RUNS)}
        return sum(max(0.0, mean(took[job.rule]) - spent.get(job.label, 0.0)) for job in left)


def state(planned: Sequence[PlannedJob], root: Path, now: float | None = None) -> State:
    """How a study stands; `now` in seconds since the epoch."""
    moment = time.time() if now is None else now
    last = max((began.timestamp() for began in runs_began(root)), default=0.0)
    queue = _queue(root)
    found = tuple(_job(job, root, moment, last, queue) for job in planned)
    return State(found, _alive(root / DRIVER), tuple(queue or ()))


def _queue(root: Path) -> list[Queued] | None:
    """What is in SLURM's queue of the study's last run there; None where nothing can be known of it."""
    place = root / SLURM_RUN
    return queued(place.read_text(encoding="utf-8").strip()) if place.is_file() else None


def _job(job: PlannedJob, root: Path, now: float, last: float, queue: list[Queued] | None) -> Job:
    """One job; `last`: when the last run of snakemake began, before which no lock says anything of it."""
    name = Path(job.spec_path).stem
    log = root / "logs" / (f"{job.rule}/{name}.log" if job.wildcards else f"{job.rule}.log")
    lock = root / RUNNING / f"{job.rule}.{name}.lock"
    found = records(job, root)
    kept = [record.manifest for record in found if isinstance(record, Record)]
    ended = max((_seconds(manifest["ended"]) for manifest in kept), default=0.0)
    begun = lock.stat().st_mtime if lock.is_file() else 0.0
    owner = _owner(lock) if begun > ended else None
    slurm = owner[3] or "" if owner else ""
    if owner and _lives(owner, begun, queue):
        return Job(job.label, job.rule, RUNS, log, last_progress(log), now - begun, owner[2], slurm)
    if len(kept) == len(found) and all(manifest["spec"]["digest"] == job.spec.digest for manifest in kept):
        return Job(job.label, job.rule, DONE, log, seconds=kept[0].get("seconds"))
    requeued = any(slurm_job.job == slurm for slurm_job in queue or ())
    if begun <= max(ended, last) or requeued:
        return Job(job.label, job.rule, WAITS, log)
    fate = end(slurm) if slurm and queue is not None else ""
    return Job(job.label, job.rule, ENDED, log, slurm=slurm, fate=fate)


def last_progress(log: Path) -> str:
    """The last line of a log that says how far its job is; empty without one."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL))
        found = PROGRESS.findall(file.read().decode(errors="replace"))
    return found[-1] if found else ""


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).astimezone(UTC).timestamp()


def _alive(lock: Path) -> str | None:
    """Who wrote a lock, where that process lives; on another machine it is taken to."""
    owner = _owner(lock)
    return owner[0] if owner and _lives(owner, lock.stat().st_mtime, None) else None


def _owner(lock: Path) -> re.Match[str] | None:
    text = lock.read_text(encoding="utf-8", errors="replace") if lock.is_file() else ""
    return OWNER.search(text)


def _lives(owner: re.Match[str], since: float, queue: list[Queued] | None) -> bool:
    """Whether the owner of a lock of that moment lives; where nobody can know, it is taken to.

    A process of this machine must have begun before: ids are given again to others.
    """
    if owner[3] and queue is not None:
        return any(slurm_job.job == owner[3] and slurm_job.state in ACTIVE for slurm_job in queue)
    if owner[2] != platform.node():
        return True
    began = process_started(int(owner[1]))
    return began is not None and began.timestamp() <= since + TICK_S
