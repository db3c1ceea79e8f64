"""Where a study's results lie; `results` may be a link to another disk."""

from pathlib import Path

from ..errors import WidebandError

RESULTS = Path("results")


class PlaceError(WidebandError):
    """No results folder can be where it should be; the message names the path and what is there."""


def results_folder(study: str) -> Path:
    """The results folder of a study, which need not be there yet. Raises PlaceError."""
    folder = RESULTS / study
    for path in (RESULTS, folder):
        if path.is_symlink() and not path.exists():
            raise PlaceError(f"{path}: a link to {path.readlink()}, which is not there; make that folder")
        if path.exists() and not path.is_dir():
            raise PlaceError(f"{path}: not a folder, but results are written there; move it away")
    return folder
