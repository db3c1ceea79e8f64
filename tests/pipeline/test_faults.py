"""Kills, a full disk, two drivers, a clock that jumps back: the study finishes, nothing finished is lost."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from faults import (
    WAIT_S,
    Killer,
    clock_ahead,
    fill,
    forget,
    job_of,
    move_times,
    paused,
    process_of,
    says,
    small_disk,
    started,
)
from test_determinism import outputs
from workflow import TRACEBACK, Copy

from wideband.provenance.ledger import read_lines, verify
from wideband.provenance.manifest import manifest_path

SEED = 20260423
ROLLOUTS = "arms/plain/base/rollouts/math_test.parquet"
VERDICTS = "arms/plain/base/verdicts/math_test.parquet"
GRADED = "arms/think/base/verdicts/gsm8k_test.parquet"
TRAINED = ["arms/panel/gsm8k_warmup/adapter", "arms/panel/gsm8k_warmup/training_log.parquet"]
# As a job or the driver says it, or as the system does.
FULL = "no space left on"


@pytest.fixture(scope="module")
def study(nano: Copy, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The finished nano study in a copy that these tests break and mend."""
    copy = Copy(tmp_path_factory.mktemp("faults"))
    shutil.copytree(nano.results("nano"), copy.results("nano"))
    return copy


@pytest.fixture
def before(study: Copy) -> dict[str, str]:
    """Digests of all outputs as they were before the fault."""
    return outputs(study)


def run(study: Copy, *wanted: str, cores: int = 2) -> str:
    """What snakemake says while it makes these outputs, or all."""
    targets = [f"results/nano/{output}" for output in wanted]
    said = study.snakemake("nano", "--cores", str(cores), *targets)
    assert said.returncode == 0, said.stdout[-6000:]
    return said.stdout


def awaited(study: Copy, job: str, driver: subprocess.Popen[str]) -> int:
    """The process of a job that a driver is about to start."""
    until = time.monotonic() + WAIT_S
    while not (found := process_of(study.results("nano"), job)):
        assert driver.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    return found


def assert_whole(study: Copy, before: dict[str, str]) -> None:
    """All outputs are there with the content they had, and nothing is left to do."""
    assert outputs(study) == before
    assert study.plan("nano").jobs == []


def test_jobs_killed_at_any_moment_run_again_and_nothing_else_does(
    study: Copy, before: dict[str, str]
) -> None:
    root = study.results("nano")
    killers = [Killer(study, root / output, SEED) for output in (ROLLOUTS, GRADED, TRAINED[1])]
    forget(*(root / output for output in (ROLLOUTS, GRADED, *TRAINED)))
    for killer in killers:
        killer.start()
    wanted = [f"results/nano/{output}" for output in (ROLLOUTS, GRADED, TRAINED[0])]
    said = study.snakemake("nano", "--cores", "2", "--keep-going", *wanted)
    assert said.returncode != 0
    assert [killer.killed for killer in killers] == [True] * 3
    for output in (ROLLOUTS, GRADED, *TRAINED):
        assert not (root / output).exists(), output
        assert not manifest_path(root / output).exists(), output
    assert sorted(study.plan("nano", *wanted).jobs) == [
        "grade think.base.gsm8k_test",
        "sample plain.base.math_test",
        "train panel.gsm8k_warmup",
    ]
    run(study, ROLLOUTS, GRADED, TRAINED[0])
    assert outputs(study) == before
    # The time that training took is a number of its own; what was resumed at its end took none.
    assert set(study.plan("nano").jobs) <= {"number records", "report"}


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system takes root to make")
@pytest.mark.parametrize(("spare", "lost"), [(0, [ROLLOUTS]), (16_384, [*TRAINED, ROLLOUTS])])
def test_a_full_disk_is_named_and_work_goes_on_when_there_is_room(
    study: Copy, before: dict[str, str], spare: int, lost: list[str]
) -> None:
    root, wanted = study.results("nano"), sorted({lost[0], ROLLOUTS})
    targets = [f"results/nano/{each}" for each in wanted]
    with small_disk(root, megabytes=64):
        forget(*(root / output for output in lost))
        filler = fill(root, spare)
        said = study.snakemake("nano", "--cores", "2", "--keep-going", *targets)
        assert said.returncode != 0
        assert FULL in said.stdout.lower(), said.stdout
        assert TRACEBACK not in said.stdout, said.stdout
        for output in lost:
            assert not manifest_path(root / output).exists(), output
        filler.unlink()
        run(study, *wanted)
        assert outputs(study) == before


def test_a_second_snakemake_is_refused_and_the_first_one_finishes(
    study: Copy, before: dict[str, str]
) -> None:
    root = study.results("nano")
    forget(root / ROLLOUTS)
    first = started(study, "--cores", "1", f"results/nano/{ROLLOUTS}")
    with paused(awaited(study, "sample.plain.base.math_test", first)):
        second = started(study, "--cores", "1")
        refused = says(second, f"results/nano is in use by process {first.pid}")
    rest, _ = second.communicate(timeout=WAIT_S)
    said, _ = first.communicate(timeout=WAIT_S)
    assert refused
    assert second.returncode != 0
    assert TRACEBACK not in rest
    assert first.returncode == 0, said
    assert outputs(study) == before


def test_a_job_that_outlives_its_killed_snakemake_is_not_raced(study: Copy, before: dict[str, str]) -> None:
    root = study.results("nano")
    forget(*(root / output for output in TRAINED))
    first = started(study, "--cores", "1", f"results/nano/{TRAINED[0]}")
    job = awaited(study, "train.panel.gsm8k_warmup", first)
    with paused(job):
        first.kill()
        second = started(study, "--cores", "2", f"results/nano/{TRAINED[0]}")
        assert says(second, r"waiting for process \d+ on")
    said, _ = second.communicate(timeout=WAIT_S)
    assert second.returncode == 0, said
    assert not Path(f"/proc/{job}").exists()
    run(study)
    assert_whole(study, before)


def test_a_clock_that_jumps_back_reruns_nothing(study: Copy, before: dict[str, str], tmp_path: Path) -> None:
    root, began = study.results("nano"), time.time_ns()
    for output in (ROLLOUTS, VERDICTS):
        script, job = job_of(root / output)
        forget(root / output)
        said = study.python(script, job, **clock_ahead(tmp_path))
        assert said.returncode == 0, said.stdout
    ended = json.loads(manifest_path(root / VERDICTS).read_text())["ended"]
    assert ended > time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 24 * 3600))
    move_times(root, began)
    assert study.plan("nano").jobs == []
    shutil.rmtree(root / "report")
    assert study.plan("nano").jobs == ["report"]
    run(study)
    assert_whole(study, before)


def test_a_torn_ledger_is_whole_again_although_nothing_is_left_to_run(study: Copy) -> None:
    ledger = study.results("nano") / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-40])
    assert [broken.detail for broken in verify(read_lines(ledger.parent))] != []
    assert "Nothing is stale" in run(study)
    assert verify(read_lines(ledger.parent)) == []


def test_after_all_this_the_audit_verifies_every_number(study: Copy) -> None:
    said = study.python("-m", "wideband.cli", "audit", "--study", "nano", "--level", "4")
    assert said.returncode == 0, said.stdout
