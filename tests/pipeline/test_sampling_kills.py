"""Sampling and exact laws that are killed between shares end with the very bytes of jobs that were not."""

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
from wideband.config.data import Data
from wideband.data.slices import build_slice
from wideband.provenance.digests import file_digest
from wideband.provenance.manifest import read_manifest
from wideband.tables import write_table
from wideband.workflow.jobs import PlannedJob, jobs
from wideband.workflow.modification_times import prepare

# 16 problems of 16 rollouts in shares of 16.
DRAWS, BATCH, SHARES, LAW_SHARES, WAIT_S = 16, 4, 16, 23, 300.0
# 720 requests in shares of 32: many, for a slow test process to come in time to kill.
REQUESTS = {"source": "choice", "split": "test", "spaces": ["colour", "weekday"], "paraphrases": 3}
Jobs = tuple[Copy, dict[str, PlannedJob]]
OUTPUTS = {"sample": ["rollouts"], "loglikelihood": ["loglikelihoods", "next_tokens"]}


@pytest.fixture(scope="module")
def killed(nano: Copy, tmp_path_factory: pytest.TempPathFactory) -> Jobs:
    """A copy of the project with a study of many shares, and its planned jobs by rule."""
    copy = Copy(tmp_path_factory.mktemp("kills"))
    copy.write_study(
        "kills",
        sampling__batch_size=BATCH,
        band__n_samples=DRAWS,
        band__max_tokens=96,
        data__slices__requests={**REQUESTS, "listed": True, "orders": 120},
        arms__direct={"scaffold": "direct", "prompt": "config/prompts/direct.txt", "train": False},
        benchmarks__requests={"n": 1, "max_tokens": 8},
    )
    with contextlib.chdir(copy.root):
        planned = {job.spec_path: job for job in jobs(load_study("kills"), copy.root)}
    prepare(list(planned.values()), copy.results("kills"))
    drawn = planned["specs/slice/requests.json"].spec.params
    requests = build_slice("requests", Data.model_validate(drawn["data"]), drawn["spaces"])
    write_table(requests, copy.root / "requests.parquet", "problems")
    wanted = {
        "sample": "panel.math_continuation.olympiad_pool",
        "loglikelihood": "direct.base.requests",
    }
    return copy, {rule: planned[f"specs/{rule}/{name}.json"] for rule, name in wanted.items()}


class Killable:
    """The job of a rule in a results folder of its own, to be started again and again."""

    def __init__(self, nano: Copy, killed: Jobs, name: str, rule: str = "sample", workers: int = 1) -> None:
        self.copy, job, self.rule = killed[0], killed[1][rule], rule
        made, self.root = nano.results("nano"), self.copy.root / name / "kills"
        shutil.copytree(self.copy.results("kills"), self.root)
        self.outputs = [self.root / output for output in job.outputs]
        sampled = {
            "adapter": str(made / "arms/panel/math_continuation/adapter"),
            "problems": str(made / "data/olympiad_pool.parquet"),
        }
        asked = {"adapter": [], "problems": str(self.copy.root / "requests.parquet")}
        named = {
            "spec": str(self.root / job.spec_path),
            "model": str(made / "models/nano"),
            **(sampled if rule == "sample" else asked),
        }
        self.job = {
            "input": named,
            "output": dict(zip(OUTPUTS[rule], map(str, self.outputs), strict=True)),
            "threads": workers,
            "workers": workers,
        }

    def started(self) -> subprocess.Popen[str]:
        """The job's process."""
        script = str(self.copy.root / f"workflow_scripts/{self.rule}.py")
        return subprocess.Popen(
            [sys.executable, script, json.dumps(self.job)],
            env={**os.environ, "PYTHONPATH": str(self.copy.root / "workflow_scripts")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kept(self) -> list[Path]:
        """Files of the shares that are kept."""
        return list((self.root / "state").glob(f"{self.rule}/*/[!.]*"))

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
    """Whether a process ends by itself."""
    until = time.monotonic() + WAIT_S
    while Path(f"/proc/{process}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    return not Path(f"/proc/{process}").exists()


@pytest.fixture(scope="module")
def whole(nano: Copy, killed: Jobs) -> Path:
    """What sampling gives when it is left alone, in one process."""
    sampler = Killable(nano, killed, "whole")
    assert "earlier run" not in sampler.finished()
    assert "resumed_rollouts" not in read_manifest(sampler.outputs[0])["notes"]
    return sampler.outputs[0]


def test_kills_between_shares_cost_the_shares_under_way_and_no_byte(
    nano: Copy, killed: Jobs, whole: Path
) -> None:
    sampler = Killable(nano, killed, "killed", workers=2)
    first = sampler.killed(3)
    second = sampler.killed(first + 4)
    (output,) = sampler.outputs
    assert not output.exists()
    said = sampler.finished()
    assert re.findall(r"(\d+) of (\d+) shares were sampled by an earlier run", said) == [
        (str(second), str(SHARES))
    ]
    assert second < SHARES
    assert file_digest(output) == file_digest(whole)
    assert read_manifest(output)["notes"]["resumed_rollouts"] == second * SHARES
    assert sampler.kept() == [] and not list((sampler.root / "state").glob("sample/*"))


def test_a_kill_of_exact_laws_costs_the_share_under_way_and_no_byte(nano: Copy, killed: Jobs) -> None:
    whole, again = (Killable(nano, killed, name, "loglikelihood") for name in ("laws", "killed_laws"))
    assert "earlier run" not in whole.finished()
    kept = again.killed(2)
    assert not any(output.exists() for output in again.outputs)
    assert re.findall(r"(\d+) of (\d+) shares were computed by an earlier run", again.finished()) == [
        (str(kept), str(LAW_SHARES))
    ]
    assert kept < LAW_SHARES
    assert [file_digest(each) for each in again.outputs] == [file_digest(each) for each in whole.outputs]
    assert not list((again.root / "state").glob("loglikelihood/*"))
