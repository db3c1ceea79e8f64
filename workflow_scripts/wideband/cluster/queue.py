"""What SLURM's queue says of the jobs of a run, and its accounting of one that is gone."""

from dataclasses import dataclass

from .accounting import PASSING
from .slurm import ask

FORMAT = "%i|%T|%M|%R|%k"
# States of a job whose processes are there.
ACTIVE = frozenset({"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "STAGE_OUT"})
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
