"""The driver of a study: one snakemake at a time, by a lock, and when each of its runs began.

The lock is released when the process ends, however it ends. Of each run there is a line, which only the
driver writes, under its lock.
"""

import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..errors import WidebandError

LOCK, RUNS = "provenance/driver.lock", "provenance/runs.jsonl"
_held: list[int] = []


class Busy(WidebandError):
    """Another snakemake runs this study; the message names it."""


def hold(root: Path) -> None:
    """Take the study's lock for as long as this process lives. Raises Busy.

    The system lets go of it when the process dies, so that a killed driver needs no unlocking.
    """
    _held.append(_taken(root))


@contextmanager
def held(root: Path) -> Iterator[None]:
    """Take the study's lock for a while, in which no snakemake runs it. Raises Busy."""
    descriptor = _taken(root)
    try:
        yield
    finally:
        os.close(descriptor)


def _taken(root: Path) -> int:
    """The open file that holds the lock."""
    place = root / LOCK
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 200).decode(errors="replace").strip()
        os.close(descriptor)
        raise Busy(
            f"{root} is in use by {owner or 'another snakemake'}; wait until it has ended, or stop it"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"process {os.getpid()} on {platform.node()}\n".encode())
    return descriptor


def note_run(root: Path, began: datetime | None = None) -> None:
    """Note a run of the study in the results folder `root`; it began just now unless told otherwise."""
    place = root / RUNS
    place.parent.mkdir(parents=True, exist_ok=True)
    moment = (began or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
    with open(place, "a", encoding="utf-8") as runs:
        runs.write(json.dumps({"began": moment}) + "\n")


def runs_began(root: Path) -> list[datetime]:
    """When each noted run began, in order. What is no such line, as a full disk leaves one, is left out."""
    place = root / RUNS
    lines = place.read_text(encoding="utf-8", errors="replace").splitlines() if place.is_file() else []
    return sorted(filter(None, map(_began, lines)))


def _began(line: str) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(line)["began"]).astimezone(UTC)
    except (ValueError, KeyError, TypeError):
        return None
