"""Changes that a test makes to a copy of the project and takes back, and sets of jobs to compare with."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

STAGES = ("gsm8k_warmup", "math_continuation", "olympiad_rlvr")
BOTH = ("panel", "think")
METRICS = r"(pass@k|diversity|cost) of every evaluation"
TAIL = r"number records|report"
DATA = r"slice .*|golds .*|held-out split|leakage .*"
Change = Callable[[Path], object]


@contextmanager
def kept(path: Path) -> Iterator[None]:
    """A file or folder that is put back as it was, times aside."""
    aside = path.with_name(f".aside-{path.name}")
    (shutil.copytree if path.is_dir() else shutil.copyfile)(path, aside)
    try:
        yield
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        aside.rename(path)


def replace(file: str, old: str, new: str) -> tuple[str, Change]:
    """The first `old` in a file becomes `new`."""

    def change(path: Path) -> None:
        text = path.read_text()
        assert old in text, f"{file} holds no {old!r}"
        path.write_text(text.replace(old, new, 1))

    return file, change


def append(file: str, text: str = "\n\nADDED = 1\n") -> tuple[str, Change]:
    """Text at the end of a file."""
    return file, lambda path: path.write_text(path.read_text() + text)


def flip(file: str) -> tuple[str, Change]:
    """One bit in the middle of a file, its time as before."""

    def change(path: Path) -> None:
        content, stat = bytearray(path.read_bytes()), path.stat()
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    return file, change


def remove(file: str) -> tuple[str, Change]:
    """A file that is gone."""
    return file, lambda path: path.unlink()


def after(stage: str, arms: tuple[str, ...] = BOTH) -> list[str]:
    """The training of `stage` and all that follows from it, as patterns of job messages."""
    later = STAGES[STAGES.index(stage) :]
    arm = f"({'|'.join(arms)})"
    at = f"({'|'.join(later)}|olympiad_rlvr@2)"
    found = [rf"train {arm}\.({'|'.join(later)})", rf"(sample|grade) {arm}\.{at}\..*", rf"embed {arm}\.{at}"]
    if "math_continuation" in later:
        found += [rf"band {arm}\..*", rf"training split of {arm}"]
    return [*found, METRICS, TAIL]


def matching(patterns: list[str], jobs: set[str]) -> set[str]:
    """The jobs whose message is one of the patterns."""
    whole = re.compile("|".join(f"(?:{pattern})" for pattern in patterns or ["(?!)"]))
    return {job for job in jobs if whole.fullmatch(job)}
