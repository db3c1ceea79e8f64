"""Faults that tests bring about: jobs killed, a disk that is full, a clock that runs ahead."""

import fcntl
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workflow import Copy

from wideband.provenance.manifest import manifest_path, read_manifest

WAIT_S = 300.0
TICKS = os.sysconf("SC_CLK_TCK")
AHEAD_S = 3 * 24 * 3600
CLOCK = r"""
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, id, now);
    if (!failed && id == CLOCK_REALTIME) now->tv_sec += AHEAD;
    return failed;
}
int gettimeofday(struct timeval *now, void *zone) {
    struct timespec precise;
    int failed = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec, now->tv_usec = precise.tv_nsec / 1000;
    return failed;
}
time_t time(time_t *place) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place) *place = now.tv_sec;
    return now.tv_sec;
}
"""


class Killer(threading.Thread):
    """Kills the next process of a job, once it has used a seeded share of the processor time it needs."""

    def __init__(self, copy: Copy, output: Path, seed: int) -> None:
        """`output` is an earlier output of the job: its manifest says which job, and its time."""
        super().__init__(daemon=True)
        manifest = read_manifest(output)
        self.root = copy.results(manifest["study"])
        self.job = ".".join((manifest["rule"], *manifest["wildcards"].values()))
        self.after_s = random.Random(f"{seed} {self.job}").uniform(0, 0.9) * manifest["cpu_seconds"]
        self.killed = False

    def run(self) -> None:
        """Wait for the job, then for its moment."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until and not self.killed:
            process = process_of(self.root, self.job)
            if process and cpu_seconds(process) >= self.after_s:
                os.kill(process, signal.SIGKILL)
                self.killed = True
            time.sleep(0.02)


def process_of(root: Path, job: str) -> int | None:
    """The process that runs a job, such as `sample.plain.base.math_test`, by the lock that it holds."""
    try:
        with open(root / f"provenance/running/{job}.lock", "r+") as file:
            said = file.read()
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        # The name of an earlier owner stands there until the present one has written its own.
        now = (root / f"provenance/running/{job}.lock").read_text()
        return int(said.split()[1]) if said and said == now else None
    return None


def cpu_seconds(process: int) -> float:
    """Processor time of a process and its ended children so far; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def started(copy: Copy, *arguments: str) -> subprocess.Popen[str]:
    """A snakemake of nano that goes on while the test does something else."""
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", *arguments, "--config", "study=nano"],
        cwd=copy.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def paused(process: int) -> Iterator[None]:
    """A process that stands still, so that what the test does meanwhile cannot come too late."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        # It may have been ended meanwhile.
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)


def says(driver: subprocess.Popen[str], pattern: str) -> bool:
    """Wait until a snakemake prints such a line; False when it ends without, or is ended for its silence."""
    # With its jobs, which hold the same pipe.
    watch = threading.Timer(WAIT_S, os.killpg, (driver.pid, signal.SIGKILL))
    watch.start()
    try:
        return any(re.search(pattern, line) for line in driver.stdout)
    finally:
        watch.cancel()


def job_of(output: Path) -> tuple[str, str]:
    """Script and argument of the job that wrote a table, as its manifest says, to be run without a driver."""
    manifest = read_manifest(output)
    read = {"adapter": [], **{each["name"]: each["path"] for each in manifest["inputs"]}}
    written = {output.parent.name: manifest["output"]["path"]}
    return f"workflow_scripts/{manifest['rule']}.py", json.dumps({"input": read, "output": written})


def forget(*outputs: Path) -> None:
    """Remove outputs and their manifests, as if their job had never run."""
    for output in outputs:
        subprocess.run(["rm", "-r", str(output), str(manifest_path(output))], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """The content of a folder on a small file system of its own."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    folder.mkdir()
    try:
        assert mounted(folder, megabytes)
        try:
            subprocess.run(["cp", "-a", f"{aside}/.", str(folder)], check=True)
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        folder.rmdir()
        aside.rename(folder)


def mounted(folder: Path, megabytes: int) -> bool:
    """Whether a small file system could be put in the place of a folder; it takes root."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    return not subprocess.run(command, capture_output=True, check=False).returncode


def fill(folder: Path, spare: int) -> Path:
    """A file that leaves `spare` bytes of a file system free."""
    filler = folder / ".filler"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize - spare
    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, free)
    return filler


def clock_ahead(folder: Path) -> dict[str, str]:
    """Environment in which every clock that tells the date is three days ahead."""
    source, library = folder / "ahead.c", folder / "ahead.so"
    source.write_text(CLOCK)
    compiler = ["cc", "-shared", "-fPIC", f"-DAHEAD={AHEAD_S}", "-o", str(library), str(source)]
    subprocess.run(compiler, check=True)
    return {"LD_PRELOAD": str(library)}


def move_times(folder: Path, since_ns: int) -> None:
    """What changed since a moment gets the times that such a clock would have given it."""
    for path in folder.rglob("*"):
        changed = path.stat().st_mtime_ns
        if changed >= since_ns and changed < since_ns + AHEAD_S * 10**9 // 2:
            os.utime(path, ns=(changed + AHEAD_S * 10**9,) * 2)
