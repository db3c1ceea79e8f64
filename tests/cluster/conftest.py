"""A real SLURM cluster for the tests of this folder, and a study small enough to break often."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "pipeline"))

from cluster_run import Cluster, ran
from workflow import Copy

SCRIPT = Path(__file__).parent / "cluster"
DAEMONS = ("slurmctld", "slurmd", "slurmdbd", "munged", "mariadbd", "srun", "sbatch", "sacct")


def missing() -> str | None:
    """Why no cluster can be started here."""
    if os.geteuid() != 0:
        return "a cluster needs root"
    absent = [name for name in DAEMONS if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}; tests/cluster/cluster install" if absent else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The cluster, up for the session; one that was up before stays up."""
    if reason := missing():
        pytest.skip(reason)
    before = subprocess.run([SCRIPT, "answers"], timeout=60, check=False).returncode == 0
    subprocess.run([SCRIPT, "up"], check=True, timeout=120)
    yield Cluster(SCRIPT)
    if not before:
        subprocess.run([SCRIPT, "down"], check=True, timeout=120)


@pytest.fixture(scope="session")
def nano(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The whole nano study, run on the cluster by the command that a user types."""
    copy = Copy(tmp_path_factory.mktemp("slurm"))
    (copy.root / "said.txt").write_text(ran(copy, "nano"))
    return copy
