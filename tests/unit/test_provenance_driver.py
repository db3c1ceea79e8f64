"""One driver per study: the second is told who the first is; a dead one locks nobody out."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from wideband.provenance.driver import Busy, hold

ROOT = Path(__file__).resolve().parents[2]
HOLDER = "import sys, time; from pathlib import Path; from wideband.provenance.driver import hold; "
HOLDER += "hold(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"


def test_a_second_driver_is_refused_until_the_first_is_dead(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT / "workflow_scripts")}
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as first:
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=rf"is in use by process {first.pid} on "):
            hold(tmp_path)
        first.send_signal(signal.SIGKILL)
        first.wait()
        hold(tmp_path)


def test_two_studies_do_not_wait_for_each_other(tmp_path: Path) -> None:
    hold(tmp_path / "micro")
    hold(tmp_path / "nano")
