"""Files that a command is told to write lie outside of every study's results: those only jobs write."""

from pathlib import Path

from ..errors import WidebandError
from ..provenance import ledger

# What says that a folder holds a study's results, here or elsewhere.
MARKS = (ledger.NAME, "specs")


def outside(place: Path, option: str = "") -> Path:
    """The place itself, which `option` named. Raises WidebandError where it lies in a study's results."""
    for above in place.absolute().resolve().parents:
        prefix = f"{option} " if option else ""
        if any((above / mark).exists() for mark in MARKS):
            raise WidebandError(
                f"{prefix}{place}: is in the results folder of study {above.name}, where only jobs write; "
                "name another place"
            )
    return place
