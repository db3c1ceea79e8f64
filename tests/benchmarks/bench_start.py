"""Time until the own work of a job begins: forked from the preloaded process, and as a Python of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from harness import ROOT, compare, title, write

from wideband.workflow.preload import PLACE, offer

SCRIPTS = ROOT / "workflow_scripts"
JOBS = ("train", "sample", "embed", "grade", "passk", "diversity", "number_records", "report")
WAIT_S = 120


class Jobs:
    """Programs that import what a job's script imports, and end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for job in JOBS:
            (folder / f"{job}.py").write_text(
                f"import sys; sys.path[0] = '{SCRIPTS}'; import {job}; print('{job}')"
            )

    def run(self, job: str, **environment: str) -> str:
        """What such a program says."""
        command = [sys.executable, "-IS", str(SCRIPTS / "start_job.py"), str(self.folder / f"{job}.py")]
        plain = {name: value for name, value in os.environ.items() if name != PLACE}
        done = subprocess.run(command, env=plain | environment, check=True, capture_output=True, text=True)
        return done.stdout


def same(ours: str, baseline: str) -> None:
    """Raise unless both said the same."""
    if ours != baseline:
        raise AssertionError(f"{ours!r} and {baseline!r}")


def main() -> None:
    """Print and write the table."""
    with TemporaryDirectory() as folder:
        jobs = Jobs(Path(folder))
        began = time.perf_counter()
        offer(Path(folder) / "preload.log")
        place = os.environ[PLACE]
        while not os.path.exists(place) and time.perf_counter() < began + WAIT_S:
            time.sleep(0.01)
        print(f"\nthe preloaded process was ready after {time.perf_counter() - began:.1f} s")
        title("start of a job until its own work, against a Python of its own")
        rows = [
            compare(job, lambda job=job: jobs.run(job, **{PLACE: place}), lambda job=job: jobs.run(job), same)
            for job in JOBS
        ]
    write("start", rows)


if __name__ == "__main__":
    main()
