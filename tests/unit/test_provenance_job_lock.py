"""A lock that ends with its owner, however that ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOLDS = """
import logging, sys
from pathlib import Path
from wideband.provenance.locks import job_lock
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
with job_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(place: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until its standard input ends."""
    return subprocess.Popen(
        [sys.executable, "-u", "-c", HOLDS, str(place)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "workflow_scripts")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("kill", [False, True])
def test_a_second_process_waits_for_the_first_and_says_so(tmp_path: Path, kill: bool) -> None:
    first = holder(tmp_path / "running/train.lock")
    assert first.stdout.readline() == "held\n"
    second = holder(tmp_path / "running/train.lock")
    assert f"waiting for process {first.pid} on " in second.stdout.readline()
    if kill:
        first.kill()
    first.communicate()
    assert second.stdout.readline() == "held\n"
    second.communicate()
