"""What goes wrong on clusters, done to a real one: training goes on from its last save to the same end."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import small_study
from cluster_run import STATE, Cluster, Running, still, until
from faults import paused
from small_study import PAIRS, SAMPLED, STEPS, STUDY, Stage
from workflow import Copy

from wideband.provenance.digests import folder_digest
from wideband.provenance.manifest import read_manifest
from wideband.tables import read_table


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The study after its stages, trained on this machine without SLURM."""
    return small_study.prepared(tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture
def copy(cluster: Cluster, undisturbed: Copy, tmp_path: Path) -> Copy:
    """The study up to its stages."""
    return small_study.untrained(undisturbed, tmp_path / "copy")


@pytest.fixture
def ends_as_undisturbed(undisturbed: Copy, copy: Copy) -> Callable[..., None]:
    """The check after every fault: same adapter, whole log, no step trained twice but the one it died in."""

    def check(stage: Stage = SAMPLED) -> None:
        one, two = (folder_digest(at.root / stage.folder / "adapter") for at in (copy, undisturbed))
        assert one == two
        log = read_table(copy.root / stage.folder / "training_log.parquet", "training_log")
        assert list(log["step"]) == list(range(1, STEPS + 1))
        trained = steps_said(copy)
        assert len(trained) <= STEPS + (trained.count(1) - 1) + 2, trained

    return check


def start(copy: Copy, *arguments: str, stage: Stage = SAMPLED) -> Running:
    return Running(copy, STUDY, f"{stage.folder}/adapter", *arguments)


def watched(copy: Copy) -> str:
    """What wideband watch says now."""
    return copy.python("-m", "wideband.cli", "watch", "--once", "--study", STUDY).stdout


def steps_said(copy: Copy) -> list[int]:
    """Every step that any attempt trained, by the logs of all SLURM jobs."""
    logs = sorted((copy.root / "logs/slurm").rglob("*.log"), key=lambda path: int(path.stem))
    text = "".join(path.read_text() for path in logs)
    return [int(step) for step in re.findall(rf"\| step (\d+) / {STEPS} ", text)]


@contextmanager
def in_training(cluster: Cluster, copy: Copy, stage: Stage = SAMPLED) -> Iterator[str]:
    """The id of the training job, whose process stands still once it has saved its second step."""
    with still(copy, STUDY, stage.job, "second step saved", lambda: small_study.saves(copy) >= 2):
        yield cluster.jobs(stage.comment, of=copy)[0]


def test_a_cancelled_job_is_sent_again_and_goes_on(
    cluster: Cluster, copy: Copy, ends_as_undisturbed: Callable[..., None]
) -> None:
    run = start(copy)
    with in_training(cluster, copy) as job:
        seen = watched(copy)
        assert f"(SLURM job {job})" in seen and re.search(rf"step \d+ / {STEPS}  reward", seen), seen
        # So that it is not sent again before that is seen.
        with paused(run.process.pid):
            cluster.ask("scancel", job)
            until("seen as ended", lambda: f"SLURM job {job} cancelled" in watched(copy))
    said = run.finish()
    assert f"SLURM-job '{job}' failed" in said
    assert f"{job}.log" in said  # people are told where to look
    ends_as_undisturbed()
    assert read_manifest(copy.root / SAMPLED.folder / "adapter")["notes"]["attempt"] == 2


def test_a_job_outlives_a_controller_that_dies_and_ends_on_a_drained_node(
    cluster: Cluster, copy: Copy, ends_as_undisturbed: Callable[..., None]
) -> None:
    run = start(copy)
    with in_training(cluster, copy) as job:
        node = cluster.job(job)["NodeList"]
        cluster.restart_controller(after=5)
        cluster.ask("scontrol", "update", f"nodename={node}", "state=drain", "reason=test")
    try:
        run.finish()
    finally:
        cluster.ask("scontrol", "update", f"nodename={node}", "state=resume")
    assert cluster.jobs(SAMPLED.comment, "all", copy) == [job]
    assert cluster.job(job)["JobState"] == "COMPLETED"
    ends_as_undisturbed()


def test_a_dead_node_loses_its_job_to_another(
    cluster: Cluster, copy: Copy, ends_as_undisturbed: Callable[..., None]
) -> None:
    run = start(copy, stage=PAIRS)
    with in_training(cluster, copy, PAIRS) as job:
        node = cluster.job(job)["NodeList"]
        power_off(cluster, node, job)
    try:
        run.finish()
    finally:
        subprocess.run([cluster.script, "node", node.removeprefix("node")], check=True)
    until("node back", lambda: "idle" in cluster.ask("sinfo", "-h", "-n", node, "-o", "%t"), 60)
    assert cluster.job(job)["NodeList"] != node
    ends_as_undisturbed(PAIRS)


def power_off(cluster: Cluster, node: str, job: str) -> None:
    """Kill the node's daemon and every process of the job."""
    os.kill(int((STATE / f"run/slurmd-{node}.pid").read_text()), signal.SIGKILL)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name = (process / "comm").read_text().strip()
            inside = f"SLURM_JOB_ID={job}\0".encode() in (process / "environ").read_bytes()
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if inside or (name == "slurmstepd" and f"[{job}.".encode() in line):
            os.kill(int(process.name), signal.SIGKILL)


def test_before_its_time_limit_a_job_saves_and_puts_itself_back_into_the_queue(
    cluster: Cluster, copy: Copy, ends_as_undisturbed: Callable[..., None]
) -> None:
    profile = copy.root / "slurm/config.yaml"
    profile.write_text(profile.read_text().replace("# slurm_extra: --exclude=node7", "slurm_extra: --nice=7"))
    run = start(copy)
    with in_training(cluster, copy) as job:
        assert cluster.job(job)["Nice"] == "7"  # beside the options of ours that announce the limit
        limit = 2 + minutes(cluster.job(job)["RunTime"])
        cluster.ask("scontrol", "update", f"jobid={job}", f"timelimit={limit}")
        # SLURM wakes the process that it signals.
        until("put back into the queue", lambda: cluster.job(job)["Restarts"] == "1")
    cluster.ask("scontrol", "update", f"jobid={job}", "timelimit=60")
    run.finish()
    text = (copy.root / f"logs/slurm/{SAMPLED.comment}/panel/{job}.log").read_text()
    assert re.search(rf"told to stop: saving after step \d+ of {STEPS}", text), text[-3000:]
    assert cluster.jobs(SAMPLED.comment, "all", copy) == [job]
    ends_as_undisturbed()
    # Not one step was trained twice.
    assert steps_said(copy) == list(range(1, STEPS + 1))


def minutes(elapsed: str) -> int:
    """Whole minutes of SLURM's `hours:minutes:seconds`."""
    hours, whole, _ = elapsed.split(":")
    return int(hours) * 60 + int(whole)


def test_a_job_out_of_memory_is_sent_again_with_more(
    cluster: Cluster, copy: Copy, ends_as_undisturbed: Callable[..., None]
) -> None:
    run = start(copy, "--set-resources", f"{SAMPLED.rule}:mem_mb=500*attempt*attempt")
    run.finish()
    asked = [cluster.job(job)["MinMemoryNode"] for job in cluster.jobs(SAMPLED.comment, "all", copy)]
    assert asked[-1] == "500M" and len(asked) > 1
    ends_as_undisturbed()


def test_a_killed_driver_started_again_ends_what_it_left_and_goes_on(
    cluster: Cluster, copy: Copy, ends_as_undisturbed: Callable[..., None]
) -> None:
    first = start(copy, stage=PAIRS)
    with in_training(cluster, copy, PAIRS) as left:
        first.kill()
        assert cluster.job(left)["JobState"] == "RUNNING"
        second = start(copy, stage=PAIRS)
        until("ended", lambda: cluster.job(left)["JobState"] == "CANCELLED")
    assert f"ended jobs that a killed run left: {left}" in second.finish()
    again, first_job = cluster.jobs(PAIRS.comment, "all", copy)
    assert first_job == left and cluster.job(left)["EndTime"] <= cluster.job(again)["StartTime"]
    ends_as_undisturbed(PAIRS)
