"""Waiting for processes, and whether they live."""

import time
from collections.abc import Callable
from pathlib import Path


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is true; fails after so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
