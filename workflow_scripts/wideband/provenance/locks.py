"""Locks on files, which end with the block or the process: one writer at a time, and one process per job."""

import fcntl
import logging
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ..cluster.slurm import job_id

log = logging.getLogger(__name__)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock and hold it. Raises OSError where the file cannot be made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def job_lock(place: Path) -> Iterator[None]:
    """Hold the lock of a job at `place`, after waiting for its owner.

    A job may outlive its snakemake, and the next snakemake starts it again. The file says which process holds
    the lock, or was the last to do so. The lock of a network file system may not reach other nodes; training,
    which takes hours, is guarded across nodes by cluster/owner.py.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("waiting for %s, which runs this job; kill it to start at once", _owner(file))
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        slurm = f" in SLURM job {job}" if (job := job_id()) else ""
        file.write(f"process {os.getpid()} on {platform.node()}{slurm}\n")
        file.flush()
        yield


def _owner(file: TextIO) -> str:
    file.seek(0)
    return file.read().strip() or "another process"
