"""The folder of benchmark files that a study names as `data.root`."""

from pathlib import Path

from .errors import DataError

LAYOUT = "gsm8k/{train,test}.jsonl, math/{train,test,math500}.jsonl, pool/olympiad_877.jsonl, …"


def folder(root: str | None) -> Path:
    """`root` as a path, relative to where the pipeline runs. Raises DataError when unset or absent."""
    if root is None:
        raise DataError(
            f"data.root is not set, but data.origin is local; name the folder that holds {LAYOUT}"
        )
    path = Path(root).expanduser()
    if not path.is_dir():
        raise DataError(
            f"data.root: no folder {path}; put the benchmark files there ({LAYOUT}) or correct it"
        )
    return path
