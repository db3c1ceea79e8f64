"""One process per job on one machine: one may outlive its snakemake, and the next one starts it again.

Guards the outputs of every job at no cost, but the lock of a network file system may not reach other nodes.
Training, which also writes into a folder of state for hours, is guarded across nodes by cluster/owner.py.
"""

import fcntl
import logging
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

log = logging.getLogger(__name__)


@contextmanager
def job_lock(place: Path) -> Iterator[None]:
    """Hold the lock at `place`, after waiting for its owner; the system lets go when a process dies.

    The file says which process holds it, or was the last to do so.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("waiting for %s, which runs this job; kill it to start at once", _owner(file))
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(f"process {os.getpid()} on {platform.node()}\n")
        file.flush()
        yield


def _owner(file: TextIO) -> str:
    file.seek(0)
    return file.read().strip() or "another process"
