"""Where the time of a study's jobs went, out of the manifests that stand and the ledger.

A job's time has three parts. Waiting: from when the last of its inputs was there until its process began; but
not from before the run of the driver that started it, so that a rerun does not wait for the night between.
Imports: until its work began. Compute: the work itself. Of a job that was tried again the manifest tells the
last attempt; what came before is in its waiting.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .digests import text_digest
from .driver import runs_began
from .ledger import entries, read_lines
from .sealing import manifests


@dataclass(frozen=True)
class JobTime:
    """One job that stands: times in seconds.

    Imports and waiting are zero for a job whose manifest does not say when its process began (older ones do
    not), `run` is None where no run of the driver is known that started it; `slurm` is the id of
    its SLURM job. `wrote` and `read` are digests of manifests: of its outputs, and of what it read.
    """

    rule: str
    imports: float
    compute: float
    waiting: float
    cpu_seconds: float
    ended: datetime
    run: datetime | None
    host: str
    processors: int
    slurm: str | None = None
    name: str = ""
    wrote: tuple[str, ...] = ()
    read: tuple[str, ...] = ()

    @property
    def lasted(self) -> float:
        """From when it was ready to its end."""
        return self.waiting + self.imports + self.compute


@dataclass(frozen=True)
class RuleTime:
    """The same of all jobs of a rule together."""

    rule: str
    jobs: int
    imports: float
    compute: float
    cpu_seconds: float

    @property
    def ran(self) -> float:
        """Imports and compute: as long as its processes lived."""
        return self.imports + self.compute


@dataclass(frozen=True)
class Spent:
    """The times of a study.

    Attributes:
        rules: the one whose jobs ran longest first.
        runs: how many runs of the driver the jobs are of.
        wall: seconds from the start of each of these to the end of its last job that stands, added up.
        processors: how many each host has.
        path: the critical path, see `critical_path`.
    """

    rules: tuple[RuleTime, ...]
    runs: int
    wall: float
    processors: dict[str, int]
    path: tuple[JobTime, ...] = ()

    @property
    def jobs(self) -> int:
        """How many jobs stand."""
        return sum(rule.jobs for rule in self.rules)

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all jobs."""
        return sum(rule.cpu_seconds for rule in self.rules)

    @property
    def utilisation(self) -> float | None:
        """Processor time as a share of what there was in the wall time; None unless all ran on one host."""
        if len(self.processors) != 1 or not self.wall:
            return None
        return self.cpu_seconds / (self.wall * sum(self.processors.values()))


def spent(jobs: list[JobTime]) -> Spent:
    """Where the time of these jobs of a study went."""
    ends: dict[datetime, datetime] = {}
    for job in jobs:
        if job.run:
            ends[job.run] = max(job.ended, ends.get(job.run, job.ended))
    wall = sum(_seconds(began, ended) for began, ended in ends.items())
    return Spent(
        _by_rule(jobs), len(ends), wall, {job.host: job.processors for job in jobs}, critical_path(jobs)
    )


def critical_path(jobs: list[JobTime]) -> tuple[JobTime, ...]:
    """The jobs that the end of the latest run waited for, in their order.

    From the run's last job back to the one whose output it got last, and so on to a job that read nothing
    made in this run.
    """
    ran = [job for job in jobs if job.run]
    if not ran:
        return ()
    run = max(job.run for job in ran if job.run)
    own = [job for job in ran if job.run == run]
    writers = {digest: job for job in own for digest in job.wrote}
    path = [max(own, key=lambda job: job.ended)]
    while before := [writers[digest] for digest in path[-1].read if digest in writers]:
        latest = max(before, key=lambda job: job.ended)
        # What clocks or forgers made a circle of ends here.
        if latest in path:
            break
        path.append(latest)
    return tuple(reversed(path))


def job_times(root: Path) -> list[JobTime]:
    """The times of every job whose results stand; what is no manifest is left to the audit."""
    # The ledger knows when the writer of an input ended even where that was made again since.
    ended = {line["manifest"]["digest"]: line["ended"] for line in entries(read_lines(root)) if line}
    runs, found, wrote = runs_began(root), {}, {}
    for _, path in manifests(root):
        try:
            text = path.read_text(encoding="utf-8")
            manifest = json.loads(text)
            # All outputs of a job have a manifest, which tell the same.
            key = (manifest["rule"], manifest["spec"]["digest"], manifest["started"])
            found[key] = job_time(manifest, ended, runs)
            wrote.setdefault(key, []).append(text_digest(text))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return [replace(job, wrote=tuple(wrote[key])) for key, job in found.items()]


def job_time(manifest: dict[str, Any], ended: dict[str, str], runs: list[datetime]) -> JobTime:
    """The times of one job.

    Args:
        ended: when the job ended that wrote a manifest, by the manifest's digest.
        runs: when each run of the driver began, in order.
    """
    started = _moment(manifest["started"])
    process = _moment(manifest["process_started"]) if manifest.get("process_started") else None
    run = max((began for began in runs if began <= (process or started)), default=None)
    ready = [_moment(ended[digest]) for digest in _read(manifest) if digest in ended]
    known = process is not None and run is not None
    return JobTime(
        rule=_rule(manifest),
        imports=_seconds(process, started) if process else 0.0,
        compute=float(manifest["seconds"]),
        waiting=_seconds(max([run, *ready]), process) if known else 0.0,
        cpu_seconds=float(manifest.get("cpu_seconds") or 0.0),
        ended=_moment(manifest["ended"]),
        run=run,
        host=str(manifest["machine"]["host"]),
        processors=int(manifest["machine"].get("cpus_usable") or 0),
        slurm=(manifest["machine"].get("slurm") or {}).get("slurm job"),
        name=" ".join([_rule(manifest), *(str(value) for value in manifest["wildcards"].values())]),
        read=tuple(_read(manifest)),
    )


def _by_rule(jobs: list[JobTime]) -> tuple[RuleTime, ...]:
    groups: dict[str, list[JobTime]] = {}
    for job in jobs:
        groups.setdefault(job.rule, []).append(job)
    summed = [_sum(rule, group) for rule, group in groups.items()]
    return tuple(sorted(summed, key=lambda rule: (-rule.ran, rule.rule)))


def _sum(rule: str, jobs: list[JobTime]) -> RuleTime:
    parts = ("imports", "compute", "cpu_seconds")
    return RuleTime(rule, len(jobs), *(sum(getattr(job, part) for job in jobs) for part in parts))


def _rule(manifest: dict[str, Any]) -> str:
    """The workflow's rule; the stages of training have one each but share a script."""
    rule, stage = str(manifest["rule"]), manifest["wildcards"].get("stage")
    return f"{rule}_{stage}" if rule == "train" and stage else rule


def _read(manifest: dict[str, Any]) -> Iterator[str]:
    """Digests of the manifests of what the job read."""
    return (entry["manifest"] for entry in manifest["inputs"] if entry.get("manifest"))


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def _seconds(first: datetime, last: datetime) -> float:
    """From one moment to another; none where clocks of two machines disagree about their order."""
    return max(0.0, (last - first).total_seconds())
