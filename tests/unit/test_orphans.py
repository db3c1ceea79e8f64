"""Whatever is killed, nothing of it stays: no process, no folder."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processes import alive, until

from wideband.workflow.preload import sweep

SCRIPTS = Path(__file__).parents[2] / "workflow_scripts"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "WIDEBAND_PRELOAD"}
# A job that grades something that takes for ever, and says the worker's number first.
GRADES = """
import threading, time
from wideband.grading.pool import WorkerPool
pool = WorkerPool(1, 1.0)
worker = pool._take()
print(worker.worker, flush=True)
worker.process.stdin.write('["9^{9^{9}}", "5", null]\\n')
worker.process.stdin.flush()
time.sleep(600)
"""
OFFERS = """
import os, sys
from pathlib import Path
from wideband.workflow.preload import PLACE, offer
offer(Path(sys.argv[1]) / "said.log")
print(os.environ[PLACE], flush=True)
sys.stdin.read()
"""


def started(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT | {"PYTHONPATH": str(SCRIPTS), "TMPDIR": str(folder)},
    )


def serving(folder: Path) -> list[int]:
    """Preloading processes whose socket lies in `folder`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.endswith(b"preloaded.py") for word in words) and os.fsencode(folder) in b" ".join(words):
            found.append(int(path.parent.name))
    return found


def test_a_worker_in_an_endless_pair_ends_after_its_job_was_killed(tmp_path: Path) -> None:
    job = started(GRADES, tmp_path)
    worker = int(job.stdout.readline())
    # It reads the pair and is at it.
    time.sleep(2)
    job.kill()
    job.communicate()
    assert alive(worker)
    until(lambda: not alive(worker), 120)


def test_a_preloading_process_ends_when_its_driver_is_killed_before_it_serves(tmp_path: Path) -> None:
    driver = started(OFFERS, tmp_path)
    driver.stdout.readline()
    until(lambda: serving(tmp_path), 30)
    driver.kill()
    driver.communicate()
    until(lambda: not serving(tmp_path) and not list(tmp_path.glob("wideband-*")), 120)


def test_a_folder_that_both_left_is_swept_by_the_next_run(tmp_path: Path) -> None:
    driver = started(OFFERS, tmp_path)
    driver.stdout.readline()
    until(lambda: serving(tmp_path), 30)
    both = [driver.pid, *serving(tmp_path)]
    for process in reversed(both):
        os.kill(process, signal.SIGKILL)
    driver.communicate()
    until(lambda: not any(map(alive, both)), 10)
    kept = Path(tempfile.mkdtemp(prefix=f"wideband-{os.getpid()}-", dir=tmp_path))
    assert len(list(tmp_path.glob("wideband-*"))) == 2
    sweep(tmp_path)
    assert list(tmp_path.glob("wideband-*")) == [kept]
