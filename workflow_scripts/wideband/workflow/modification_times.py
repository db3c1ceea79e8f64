"""Tells Snakemake what is stale by content, by setting the only thing that it reads: modification times.

Snakemake is run with `rerun-triggers: mtime`. Before it builds the DAG, the outputs of fresh jobs are made no
older than their inputs, and the spec of a stale job newer than its outputs. So `touch`, a checkout, a copy
or a clock that jumped back rerun nothing, and an edit with an old time is seen.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..provenance.cache import DigestCache
from ..provenance.code import keep_code
from ..provenance.digests import MARK
from ..provenance.specs import write_spec
from .freshness import Reason, Record, reasons, records
from .jobs import PlannedJob

SECOND = 10**9


@dataclass(frozen=True)
class Standing:
    """How a study stands, jobs named by the paths of their specs.

    Attributes:
        stale: why each stale job must run.
        waiting: all that will run: the stale ones and what follows from them.
    """

    stale: dict[str, list[Reason]] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()


def prepare(planned: Iterable[PlannedJob], root: Path) -> Standing:
    """Write the specs of all jobs, then set times by what is stale."""
    planned = list(planned)
    for code in {job.code.digest: job.code for job in planned}.values():
        keep_code(root, code)
    for job in planned:
        write_spec(root / job.spec_path, job.spec)
    return set_times(planned, root, DigestCache(root))


def set_times(planned: list[PlannedJob], root: Path, cache: DigestCache) -> Standing:
    """Set the times of specs and outputs by what is stale."""
    found = {job.spec_path: records(job, root) for job in planned}
    stale = {}
    for job in planned:
        if why := reasons(job, found[job.spec_path], root, cache):
            stale[job.spec_path] = why
    clock = _Clock([job for job in planned if job.spec_path not in stale], found, root)
    for job in planned:
        if job.spec_path in stale:
            _make_older(job, root, clock.now)
        else:
            _set(root / job.spec_path, clock.of(job), cache, only_down=True)
            for output in job.outputs:
                _set(root / output, clock.of(job), cache)
    cache.save()
    return Standing(stale, _with_followers(stale, found, planned, root))


def _with_followers(
    stale: Iterable[str], found: dict[str, list[Record | Reason]], planned: list[PlannedJob], root: Path
) -> frozenset[str]:
    """The stale jobs and all that read, by their manifests, what one of these writes."""
    readers: dict[str, set[str]] = defaultdict(set)
    for spec_path, kept in found.items():
        for record in kept:
            for entry in record.inputs if isinstance(record, Record) else ():
                readers[entry["path"]].add(spec_path)
    outputs = {job.spec_path: [str(root / output) for output in job.outputs] for job in planned}
    waiting, left = set(), list(stale)
    while left:
        spec_path = left.pop()
        if spec_path not in waiting:
            waiting.add(spec_path)
            left += [reader for output in outputs[spec_path] for reader in readers[output]]
    return frozenset(waiting)


class _Clock:
    """A time for each fresh job: when it ended, but not before its inputs, and not after now."""

    def __init__(self, fresh: list[PlannedJob], found: dict[str, list[Record | Reason]], root: Path) -> None:
        self.now = time.time_ns() - SECOND
        self._found = found
        self._writer = {str(root / output): job for job in fresh for output in job.outputs}
        self._times: dict[str, int] = {}

    def of(self, job: PlannedJob) -> int:
        """Nanoseconds since the epoch."""
        if job.spec_path not in self._times:
            # Also what ends a circle, which only forged manifests could form.
            self._times[job.spec_path] = 0
            kept = [record for record in self._found[job.spec_path] if isinstance(record, Record)]
            ended = [_nanoseconds(record.manifest["ended"]) for record in kept]
            named = {entry["path"] for record in kept for entry in record.inputs}
            before = [self.of(self._writer[path]) for path in sorted(named) if path in self._writer]
            self._times[job.spec_path] = min(self.now, max([*ended, *before], default=0))
        return self._times[job.spec_path]


def _nanoseconds(written: str) -> int:
    try:
        return int(datetime.fromisoformat(written).timestamp() * SECOND)
    except (ValueError, TypeError):
        return 0


def _make_older(job: PlannedJob, root: Path, now: int) -> None:
    """Existing outputs of a stale job older than its spec."""
    paths = [root / output for output in job.outputs if (root / output).exists()]
    for path in paths:
        for part in _parts(path):
            if part.stat().st_mtime_ns > now:
                os.utime(part, ns=(now, now))
    os.utime(root / job.spec_path, ns=(now + SECOND, now + SECOND))


def _set(path: Path, moment: int, cache: DigestCache, only_down: bool = False) -> None:
    for part in _parts(path):
        before = part.stat()
        if before.st_mtime_ns > moment or (before.st_mtime_ns != moment and not only_down):
            os.utime(part, ns=(moment, moment))
            cache.refresh(part, before)


def _parts(path: Path) -> list[Path]:
    """What Snakemake takes the time of: of a folder, its own mark as well."""
    mark = path / MARK
    return [path, mark] if path.is_dir() and mark.exists() else [path]
