"""Whether and how a run offers its jobs a process with all libraries imported.

Importing torch, transformers and TRL costs a job two to five seconds, in small studies most of its time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..provenance.environment import GPUS

PROGRAM = Path(__file__).resolve().parents[2] / "preloaded.py"
# Where jobs find the socket.
PLACE = "WIDEBAND_PRELOAD"
# Folders of sockets bear the number of the driver that made them.
NAMED = "wideband-"
# Rules whose scripts import a model library; it pays from a few of their jobs on.
HEAVY, FEW = ("base", "embed", "loglikelihood", "merge", "sample", "train"), 3
# Libraries start no threads before a fork. Grading workers want this hash seed (grading/pool.py).
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}


def worth(waiting: Iterable[str]) -> bool:
    """Whether jobs, given by the paths of their specs, are enough to pay for the imports.

    Not with a GPU: libraries may touch it when they are imported, and no fork may follow that.
    """
    return sum(Path(spec).parent.name in HEAVY for spec in waiting) >= FEW and not GPUS.exists()


def offer(log: Path) -> None:
    """Start such a process for the jobs of this one, and tell them by an environment variable.

    One that is set already, to whatever it be, says that the jobs are to start on their own.
    """
    if PLACE in os.environ:
        return
    sweep(Path(tempfile.gettempdir()))
    place = Path(tempfile.mkdtemp(prefix=f"{NAMED}{os.getpid()}-")) / "jobs"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        subprocess.Popen(
            [sys.executable, str(PROGRAM), str(place), str(os.getpid())],
            env=os.environ | ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    os.environ[PLACE] = str(place)


def sweep(folder: Path) -> None:
    """Remove what drivers of this user left there that were killed together with their process."""
    for left in folder.glob(f"{NAMED}*-*"):
        number = left.name.removeprefix(NAMED).partition("-")[0]
        gone = number.isdecimal() and not Path("/proc", number).exists()
        if gone and left.is_dir() and not left.is_symlink() and left.stat().st_uid == os.getuid():
            shutil.rmtree(left, ignore_errors=True)
