"""Files that are whole or absent: write to a temporary name beside them, fsync, rename."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(path: str | Path, durable: bool = True) -> Iterator[Path]:
    """A temporary path in the same folder that becomes `path` when the block ends well.

    `durable=False` leaves out the wait for the disk, for what can be written again at any time.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        if durable:
            with open(temporary, "rb") as written:
                os.fsync(written.fileno())
        os.replace(temporary, target)
    except OSError as error:
        # A write that fails on a full disk does not say which file it was for.
        error.filename = error.filename or os.fspath(target)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str, durable: bool = True) -> None:
    """Write a small text file atomically; `durable` as in `atomic_path`."""
    with atomic_path(path, durable) as temporary:
        temporary.write_text(text, encoding="utf-8")
