"""What SLURM's accounting says of a study's jobs that are over; manifests are written before that.

Kept in a file, so that it outlives the accounting and no job is asked for twice.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ..provenance.atomic import write_text
from ..provenance.times import JobTime
from .slurm import ask, in_bytes

PLACE = "provenance/slurm_jobs.json"
FORMAT = "JobID,State,ElapsedRaw,TotalCPU,MaxRSS"
# States that another one follows.
PASSING = {"PENDING", "RUNNING", "SUSPENDED", "RESIZING", "REQUEUED"}


@dataclass(frozen=True)
class Used:
    """State and use of a SLURM job: seconds by the clock and of processors, bytes of its largest step."""

    state: str
    elapsed: int
    cpu_seconds: float
    max_rss: int


def accounted(root: Path, jobs: Iterable[JobTime]) -> dict[str, Used]:
    """The SLURM jobs of these jobs of the study in `root`, by id; one call of sacct, where any is new.

    What sacct does not say, or cannot be asked, is not in it.
    """
    place, ids = root / PLACE, {job.slurm for job in jobs if job.slurm}
    known = _read(place)
    new = sorted(ids - known.keys())
    if new:
        answer = ask("sacct", "--noheader", "--parsable2", f"--jobs={','.join(new)}", f"--format={FORMAT}")
        try:
            over = {job: used for job, used in read(answer or "").items() if used.state not in PASSING}
        except (ValueError, KeyError, IndexError):
            # A sacct of another kind: figures are left out rather than a run failed.
            over = {}
        known |= over
        if over:
            write_text(place, json.dumps({job: asdict(used) for job, used in known.items()}, indent=1))
    return {job: used for job, used in known.items() if job in ids}


def read(answer: str) -> dict[str, Used]:
    """What sacct printed in FORMAT: a line for each job, and after it one for each of its steps."""
    found: dict[str, Used] = {}
    for row in answer.splitlines():
        name, state, elapsed, cpu, rss = row.split("|")
        job, _, step = name.partition(".")
        if step:
            size = max(found[job].max_rss, int(in_bytes(rss)))
            found[job] = Used(found[job].state, found[job].elapsed, found[job].cpu_seconds, size)
        else:
            found[job] = Used(state.split()[0], int(elapsed), _seconds(cpu), 0)
    return found


def _seconds(written: str) -> float:
    """Seconds of SLURM's `days-hours:minutes:seconds`, of which it leaves out what is zero."""
    days, _, clock = written.rpartition("-")
    parts = [float(part) for part in clock.split(":")]
    return 86_400 * int(days or 0) + sum(part * 60**power for power, part in enumerate(reversed(parts)))


def _read(place: Path) -> dict[str, Used]:
    try:
        return {job: Used(**used) for job, used in json.loads(place.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
