"""The test cluster as its tests use it: what SLURM says, and runs of Snakemake that are still going on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from faults import paused, process_of
from workflow import Copy

LIMIT_S = 300
EAGER = str(Path(__file__).with_name("eager_snakemake.py"))
PROFILE = ("--profile", "slurm")
STATE = Path(os.environ.get("WIDEBAND_CLUSTER", "/tmp/wideband-cluster"))


def until(what: str, true: Callable[[], object], limit: float = LIMIT_S, every: float = 0.5) -> object:
    """Wait until something is true; what it then is."""
    end = time.monotonic() + limit
    while not (value := true()):
        assert time.monotonic() < end, f"not within {limit:.0f} s: {what}"
        time.sleep(every)
    return value


@contextmanager
def still(copy: Copy, study: str, job: str, what: str, true: Callable[[], object]) -> Iterator[None]:
    """A job's process stands still from when something is true, so that no machine is too fast for a test."""
    until(what, true, every=0.01)
    process = process_of(copy.results(study), job)
    assert process, f"{job} had ended when this was seen: {what}"
    with paused(process):
        yield


class Cluster:
    """SLURM's commands."""

    def __init__(self, script: Path) -> None:
        self.script = script

    def ask(self, *command: str) -> str:
        """What a command prints."""
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    def jobs(self, comment: str, states: str = "running", of: Copy | None = None) -> list[str]:
        """Ids of jobs whose comment (rule and wildcards) starts so, newest first."""
        listed = self.ask("squeue", "--noheader", f"--states={states}", "--format=%i|%k|%Z", "--sort=-i")
        rows = [line.strip().split("|") for line in listed.splitlines()]
        return [
            row[0] for row in rows if row[1].startswith(comment) and (of is None or row[2] == str(of.root))
        ]

    def job(self, number: str) -> dict[str, str]:
        """What SLURM says of a job."""
        words = self.ask("scontrol", "--oneliner", "show", "job", number).split()
        return dict(word.split("=", 1) for word in words if "=" in word)

    def restart_controller(self, after: float) -> None:
        """End slurmctld, and start it again after some seconds."""
        place = STATE / "run/slurmctld.pid"
        os.kill(int(place.read_text()), signal.SIGKILL)
        time.sleep(after)
        subprocess.run(["slurmctld"], env={**os.environ, "SLURM_CONF": str(STATE / "slurm.conf")}, check=True)
        ping = [self.script, "answers"]
        until("controller back", lambda: not subprocess.run(ping, check=False).returncode, 30)


def ran(copy: Copy, study: str, *targets: str) -> str:
    """What a snakemake said that made these outputs of a study, or all, on the cluster."""
    said = copy.python(EAGER, *PROFILE, *targets, "--config", f"study={study}")
    assert said.returncode == 0, said.stdout[-6000:]
    return said.stdout


class Running:
    """A snakemake that goes on in the background."""

    def __init__(self, copy: Copy, study: str, *arguments: str) -> None:
        self.said = copy.root / f"said-{time.monotonic_ns()}.txt"
        self.process = subprocess.Popen(
            [sys.executable, EAGER, *PROFILE, *arguments, "--config", f"study={study}"],
            cwd=copy.root,
            env={**os.environ, "PYTHONPATH": str(copy.root / "workflow_scripts")},
            stdout=self.said.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self) -> None:
        """End it as a crash of its machine would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def finish(self, limit: float = LIMIT_S) -> str:
        """Wait until it succeeds; what it said."""
        status = self.process.wait(timeout=limit)
        assert status == 0, self.said.read_text()[-6000:]
        return self.said.read_text()
