"""One snakemake per study at a time: a lock that is released when its process ends, however it ends."""

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import WidebandError

PLACE = "provenance/driver.lock"
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
    place = root / PLACE
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
