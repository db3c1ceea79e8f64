"""One process per job: a job outlives a snakemake that was killed, and the next one starts it again."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Hold the lock at `place`, after waiting for its owner; the system lets go when a process dies."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("waiting for an earlier process of this job to end; kill it to start at once")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
