"""The files of an import: those that were named, or those of a folder that hold results."""

from collections.abc import Sequence
from pathlib import Path

from ..config.import_file import LOGS
from .errors import ImportFileError
from .files import READABLE, kind
from .formats import detect, log_format

LISTED = 6


def expanded(named: Sequence[Path], format_name: str | None) -> tuple[list[Path], str, list[Path]]:
    """The files, their format, and what else a folder has, which is left out.

    Raises ImportFileError for files of several formats, for a folder without results, and for one that holds
    several runs, which only their owner can tell apart.
    """
    files = [path for path in named if not path.is_dir()]
    formats = dict.fromkeys(format_name or detect(path) for path in files)
    left: list[Path] = []
    for folder in (path for path in named if path.is_dir()):
        found = _of_folder(folder, format_name)
        for path, detected in found.items():
            if detected is None:
                left.append(path)
            else:
                files.append(path)
                formats[detected] = None
        _require_one_run(folder, {path: detected for path, detected in found.items() if detected is not None})
    if len(formats) > 1:
        raise ImportFileError(
            f"{', '.join(map(str, named[:LISTED]))}: files of formats {', '.join(formats)}; import them one "
            "by one"
        )
    return files, next(iter(formats)), left


def _of_folder(folder: Path, format_name: str | None) -> dict[Path, str | None]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and kind(path) in READABLE:
            found[path] = _format(path, format_name)
    if not any(found.values()):
        raise ImportFileError(f"{folder}: no file of results in this folder; name the files")
    return found


def _format(path: Path, format_name: str | None) -> str | None:
    """The format of a file of a folder; None for a summary, and for what is not known."""
    try:
        found = detect(path)
    except ImportFileError:
        return None
    if log_summary(path, found) or (format_name is not None and found != format_name):
        return None
    return found


def log_summary(path: Path, format_name: str) -> bool:
    """Whether a file of a tool's folder is its summary, without results of single samples."""
    return format_name in ("lm_eval", "every_eval_ever") and kind(path) == ".json"


def _require_one_run(folder: Path, found: dict[Path, str]) -> None:
    apart = [path for path, name in found.items() if not _together(name)]
    if len(apart) > 1:
        names = ", ".join(str(path.relative_to(folder)) for path in apart[:LISTED])
        more = f" and {len(apart) - LISTED} more" if len(apart) > LISTED else ""
        raise ImportFileError(
            f"{folder}: {len(apart)} logs ({names}{more}); name one file, or those that belong together"
        )


def _together(name: str) -> bool:
    return name in LOGS and log_format(name).seeds
