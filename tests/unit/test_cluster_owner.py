"""One job at a time in a folder of resumable state."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wideband.cluster.owner import SILENT_S, SUFFIX, Lost, owned

SCRIPTS = Path(__file__).parents[2] / "workflow_scripts"
HOLD = """
import sys, time
from pathlib import Path
from wideband.cluster.owner import owned
with owned(Path(sys.argv[1])):
    print("mine", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def other(folder: Path, seconds: float) -> subprocess.Popen:
    """Another process that owns the folder for some seconds, once it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), str(seconds)],
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "mine\n"
    return process


def place_of(folder: Path) -> Path:
    """The file that names a folder's owner."""
    return folder.with_name(folder.name + SUFFIX)


def test_the_folder_is_given_back(tmp_path: Path) -> None:
    with owned(tmp_path / "state"):
        assert place_of(tmp_path / "state").exists()
    assert not place_of(tmp_path / "state").exists()


def test_a_second_job_waits_for_the_first(tmp_path: Path) -> None:
    process = other(tmp_path, 3)
    with owned(tmp_path):
        assert process.poll() is not None or not (Path("/proc") / str(process.pid)).exists()
        assert json.loads(place_of(tmp_path).read_text())["process"] == os.getpid()
    process.wait()


def test_a_killed_owner_on_this_machine_is_no_owner(tmp_path: Path) -> None:
    process = other(tmp_path, 600)
    process.kill()
    process.wait()
    started = time.monotonic()
    with owned(tmp_path):
        assert time.monotonic() - started < 5


def test_an_owner_elsewhere_counts_by_its_heartbeat(tmp_path: Path) -> None:
    place = place_of(tmp_path)
    elsewhere = {"host": "far", "process": 1, "slurm_job": None, "since": 0.0}
    place.write_text(json.dumps(elsewhere))
    silent = time.time() - SILENT_S - 1
    os.utime(place, (silent, silent))
    with owned(tmp_path):
        assert json.loads(place.read_text())["process"] == os.getpid()


def test_who_was_taken_over_notices(tmp_path: Path) -> None:
    with owned(tmp_path) as owner:
        owner.beat()
        place_of(tmp_path).write_text(json.dumps(owner.me | {"host": "far", "process": 1}))
        with pytest.raises(Lost, match=f"{tmp_path}: .*process 1 on far"):
            owner.beat()
    assert json.loads(place_of(tmp_path).read_text())["host"] == "far"
