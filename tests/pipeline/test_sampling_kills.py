"""Sampling that is killed between shares ends with the very bytes of sampling that was not."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from workflow import Copy

from wideband.config import load_study
from wideband.provenance.digests import file_digest
from wideband.provenance.manifest import read_manifest
from wideband.workflow.jobs import PlannedJob, jobs
from wideband.workflow.modification_times import prepare

# 16 problems of 16 rollouts in shares of 16.
DRAWS, BATCH, SHARES, WAIT_S = 16, 4, 16, 300.0


@pytest.fixture(scope="module")
def sampling(nano: Copy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, PlannedJob]:
    """A copy of the project with a study of many shares, and the planned job that samples its pool."""
    copy = Copy(tmp_path_factory.mktemp("kills"))
    copy.write_study("kills", sampling__batch_size=BATCH, band__n_samples=DRAWS, band__max_tokens=96)
    with contextlib.chdir(copy.root):
        planned = jobs(load_study("kills"), copy.root)
    prepare(planned, copy.results("kills"))
    wanted = "specs/sample/panel.math_continuation.olympiad_pool.json"
    return copy, next(job for job in planned if job.spec_path == wanted)


class Sampler:
    """The job in a results folder of its own, to be started again and again."""

    def __init__(self, nano: Copy, sampling: tuple[Copy, PlannedJob], name: str, workers: int = 1) -> None:
        self.copy, job = sampling
        made, self.root = nano.results("nano"), self.copy.root / name / "kills"
        shutil.copytree(self.copy.results("kills"), self.root)
        self.output = self.root / job.outputs[0]
        named = {
            "spec": str(self.root / job.spec_path),
            "model": str(made / "models/nano"),
            "adapter": str(made / "arms/panel/math_continuation/adapter"),
            "problems": str(made / "data/olympiad_pool.parquet"),
        }
        self.job = {
            "input": named,
            "output": {"rollouts": str(self.output)},
            "threads": workers,
            "workers": workers,
        }

    def started(self) -> subprocess.Popen[str]:
        """The job's process."""
        script = str(self.copy.root / "workflow_scripts/sample.py")
        return subprocess.Popen(
            [sys.executable, script, json.dumps(self.job)],
            env={**os.environ, "PYTHONPATH": str(self.copy.root / "workflow_scripts")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kept(self) -> list[Path]:
        """Files of the shares that are kept."""
        return list((self.root / "state").glob("sample/*/[!.]*"))

    def killed(self, shares: int) -> int:
        """Start the job, kill it once so many shares are kept; how many there are then."""
        process, until = self.started(), time.monotonic() + WAIT_S
        while len(self.kept()) < shares:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.002)
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert all(ended(worker) for worker in workers), "worker processes outlive the job"
        return len(self.kept())

    def finished(self) -> str:
        """Run the job to its end; what it says."""
        process = self.started()
        said, _ = process.communicate(timeout=WAIT_S)
        assert process.returncode == 0, said
        return said


def ended(process: str) -> bool:
    """Whether a process ends by itself within some seconds."""
    until = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    return not Path(f"/proc/{process}").exists()


@pytest.fixture(scope="module")
def whole(nano: Copy, sampling: tuple[Copy, PlannedJob]) -> Path:
    """What the job gives when it is left alone, in one process."""
    sampler = Sampler(nano, sampling, "whole")
    assert "earlier run" not in sampler.finished()
    assert "resumed_rollouts" not in read_manifest(sampler.output)["notes"]
    return sampler.output


@pytest.mark.parametrize("workers", [1, 2])
def test_kills_between_shares_cost_the_shares_under_way_and_no_byte(
    nano: Copy, sampling: tuple[Copy, PlannedJob], whole: Path, workers: int
) -> None:
    sampler = Sampler(nano, sampling, f"killed{workers}", workers)
    first = sampler.killed(3)
    second = sampler.killed(first + 4)
    assert not sampler.output.exists()
    said = sampler.finished()
    assert re.findall(r"(\d+) of (\d+) shares were sampled by an earlier run", said) == [
        (str(second), str(SHARES))
    ]
    assert second < SHARES
    assert file_digest(sampler.output) == file_digest(whole)
    assert read_manifest(sampler.output)["notes"]["resumed_rollouts"] == second * SHARES
    assert sampler.kept() == [] and not list((sampler.root / "state").glob("sample/*"))
