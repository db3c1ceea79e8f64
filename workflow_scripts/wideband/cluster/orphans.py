"""Jobs that an earlier driver of a study left in the queue when it was killed."""

import time
from pathlib import Path

from ..errors import WidebandError
from ..provenance.atomic import write_text
from .slurm import ask

PLACE = "provenance/slurm_run"
PATIENCE_S = 120


class StillThere(WidebandError):
    """Jobs that do not end; the message names them."""


def follow(root: Path, run: str | None) -> list[str]:
    """End what the last driver of the study left, and note the SLURM name of this one's jobs (`run`).

    Called with the study's lock held, so that no other driver looks after those jobs. They go on from their
    last save when this driver sends them again. The ids of the ended jobs. Raises StillThere.
    """
    place = root / PLACE
    ended = _end(place.read_text(encoding="utf-8").strip()) if place.is_file() else []
    if run:
        write_text(place, run + "\n")
    return ended


def _end(run: str) -> list[str]:
    jobs = _queued(run)
    if jobs:
        ask("scancel", *jobs)
    until = time.monotonic() + PATIENCE_S
    while left := _queued(run):
        if time.monotonic() > until:
            raise StillThere(
                f"SLURM jobs {', '.join(left)} of an earlier run do not end; see scontrol show job"
            )
        time.sleep(1)
    return jobs


def _queued(run: str) -> list[str]:
    """Jobs of a run that wait, run or are ending; squeue lists no others unless asked."""
    return (ask("squeue", "--noheader", "--name", run, "--format=%i") or "").split()
