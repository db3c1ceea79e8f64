"""One job at a time in a folder of resumable state: a file beside it names the owner; its heartbeat keeps it.

Guards training, across nodes: SLURM, the process table or the heartbeat say whether an owner lives, and one
that was taken over ends itself. Taking it costs half a second, too much for short jobs; those have the lock
of provenance/locks.py, and queue.py ends what a killed driver left in the queue. A launcher owns the
folder and the first of its processes holds the lock: one job, two guards.
"""

import json
import logging
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import WidebandError
from ..provenance.atomic import write_text
from .slurm import is_active, job_id

log = logging.getLogger(__name__)
# Beside the folder, which a job that has finished removes.
SUFFIX = ".owner.json"
BEAT_S = 5.0
# An owner that was silent for so long is dead, or will end itself at its next beat.
SILENT_S = 60.0


class Lost(WidebandError):
    """Another job has taken the folder while this one was silent."""


class Owner:
    """The owner of a folder; `beat` keeps it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.place = folder, folder.with_name(folder.name + SUFFIX)
        self.me = {
            "host": platform.node(),
            "process": os.getpid(),
            "slurm_job": job_id(),
            "since": time.time(),
        }

    def beat(self) -> None:
        """Say that the owner lives. Raises Lost when somebody else owns the folder by now."""
        if _read(self.place) != self.me:
            raise Lost(f"{self.folder}: taken over by {named(_read(self.place))}")
        os.utime(self.place)

    def take(self) -> None:
        """Write the own name, and see that it stays: of two that write at once the later one wins."""
        write_text(self.place, json.dumps(self.me))
        time.sleep(0.5)
        self.beat()


@contextmanager
def owned(folder: Path) -> Iterator[Owner]:
    """The folder, once nobody else works in it; given back at the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    owner = Owner(folder)
    announced = False
    while _alive(other := _read(owner.place), owner.place):
        if not announced:
            log.info("waiting for %s, which works in %s", named(other), folder)
            announced = True
        time.sleep(BEAT_S / 2)
    owner.take()
    try:
        yield owner
    finally:
        if _read(owner.place) == owner.me:
            owner.place.unlink(missing_ok=True)


def named(owner: dict | None) -> str:
    """An owner in words."""
    if owner is None:
        return "nobody"
    job = f"SLURM job {owner['slurm_job']}, " if owner["slurm_job"] else ""
    return f"{job}process {owner['process']} on {owner['host']}"


def _read(place: Path) -> dict | None:
    try:
        return json.loads(place.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _alive(owner: dict | None, place: Path) -> bool:
    """Whether an owner still works: by SLURM, by the process table of its host, else by its heartbeat."""
    if owner is None:
        return False
    # This very job's id says nothing: it may be what was left on a dead node before SLURM started it again.
    ask_slurm = owner["slurm_job"] and owner["slurm_job"] != job_id()
    if ask_slurm and (active := is_active(owner["slurm_job"])) is not None:
        return active
    if owner["host"] == platform.node():
        return Path(f"/proc/{owner['process']}").exists()
    try:
        return time.time() - place.stat().st_mtime < SILENT_S
    except FileNotFoundError:
        return False
