"""How far a study is, out of locks, logs and manifests."""

import os
import platform
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from results_folder import ROOT, chain

from wideband.provenance.driver import note_run
from wideband.provenance.environment import process_started
from wideband.watching.state import DONE, ENDED, RUNS, WAITS, Job, State, state
from wideband.watching.view import bars, curve, lines, shown, span
from wideband.workflow.jobs import PlannedJob

LOG = """10:00:00 train a.b | step 1 / 3  reward 0.900  correct 0.1  tags 0.2  57 tokens/s  5 s left
10:00:05 train a.b | step 1 / 3  reward 0.100  correct 0.1  tags 0.2  57 tokens/s  5 s left
10:00:06 train a.b | step 2 / 3  reward -0.250  correct 0.1  tags 0.2  57 tokens/s  2 s left
"""


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[PlannedJob]:
    """Four finished jobs: slice, golds, sample and grade."""
    monkeypatch.chdir(tmp_path)
    return chain()


def begun(rule: str, owner: str, seconds: float = 100.0) -> float:
    """Let a job of the chain have begun after all others ended; the moment that is `seconds` later."""
    lock = ROOT / f"provenance/running/{rule}.study.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(f"{owner}\n")
    moment = lock.stat().st_mtime + 60
    os.utime(lock, (moment, moment))
    return moment + seconds


def dead() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_jobs_with_whole_manifests_are_done(planned: list[PlannedJob]) -> None:
    found = state(planned, ROOT)
    assert [job.state for job in found.jobs] == [DONE] * 4 and found.driver is None
    assert next(lines("small", found)) == "small: 4 of 4 jobs done"


def test_a_job_runs_while_the_process_of_its_lock_lives(planned: list[PlannedJob]) -> None:
    (ROOT / "arms/verdicts.parquet").unlink()
    now = begun("grade", f"process {os.getpid()} on {platform.node()}")
    (ROOT / "logs").mkdir()
    (ROOT / "logs/grade.log").write_text("10:00:00 grade | 3 / 9 verdicts  7 \x1b[2Jtokens/s  12 s left\n")
    job = state(planned, ROOT, now).having(RUNS)[0]
    assert (job.rule, job.seconds, job.host) == ("grade", 100.0, platform.node())
    assert "12 s left" in job.said
    text = "\n".join(lines("small", state(planned, ROOT, now)))
    assert "3 of 4 jobs done, 1 running" in text and "grade study  2 min" in text and "\x1b" not in text


def test_an_id_that_another_process_has_by_now_is_not_the_owner(planned: list[PlannedJob]) -> None:
    (ROOT / "arms/verdicts.parquet").unlink()
    begun("grade", f"process {os.getpid()} on {platform.node()}")
    lock = ROOT / "provenance/running/grade.study.lock"
    began = process_started().timestamp()
    os.utime(lock, (began - 60, began - 60))
    for manifest in ROOT.rglob("*.manifest.json"):
        manifest.unlink()
    assert [job.rule for job in state(planned, ROOT).having(ENDED)] == ["grade"]


def test_a_job_on_another_machine_is_taken_to_run(planned: list[PlannedJob]) -> None:
    (ROOT / "arms/verdicts.parquet").unlink()
    now = begun("grade", "process 1 on node17")
    assert state(planned, ROOT, now).having(RUNS)[0].host == "node17"


def test_of_a_job_in_slurm_the_queue_knows_whether_it_runs_and_accounting_how_it_ended(
    planned: list[PlannedJob], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ROOT / "arms/verdicts.parquet").unlink()
    now = begun("grade", "process 1 on node17 in SLURM job 123")
    (ROOT / "provenance/slurm_run").write_text("a-run\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")

    def view(squeue: str) -> str:
        answer(tools / "squeue", squeue)
        return "\n".join(lines("small", state(planned, ROOT, now)))

    answer(tools / "sacct", "OUT_OF_MEMORY")
    running = view("123|RUNNING|1:07|node17|rule_grade_wildcards_x\n124|PENDING|0:00|(Priority)|rule_site\n")
    assert "1 running" in running and "grade study  2 min  node17 (SLURM job 123)" in running
    assert "in SLURM's queue\n  124  site  pending  (Priority)" in running
    assert "1 waiting" in view("123|PENDING|0:00|(BeginTime)|rule_grade_wildcards_x\n")
    assert "grade study  SLURM job 123 out_of_memory  " in view("")
    answer(tools / "squeue", "", status=1)
    assert state(planned, ROOT, now).having(RUNS)[0].slurm == "123"


def answer(tool: Path, text: str, status: int = 0) -> None:
    """Put a command there that says this."""
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\nexit {status}\n")
    tool.chmod(0o755)


def test_a_job_that_died_is_named_with_its_log(planned: list[PlannedJob]) -> None:
    (ROOT / "arms/verdicts.parquet").unlink()
    now = begun("grade", f"process {dead()} on {platform.node()}")
    assert [job.rule for job in state(planned, ROOT, now).having(ENDED)] == ["grade"]
    assert "logs/grade.log" in "\n".join(lines("small", state(planned, ROOT, now)))
    note_run(ROOT, datetime.fromtimestamp(now, UTC))
    assert [job.rule for job in state(planned, ROOT, now).having(WAITS)] == ["grade"]


def test_what_never_ran_or_ran_otherwise_waits(planned: list[PlannedJob]) -> None:
    (ROOT / "arms/verdicts.parquet.manifest.json").unlink()
    other = replace(planned[2], spec=replace(planned[2].spec, params={"seed": 2}))
    changed = [*planned[:2], other, planned[3]]
    found = state(changed, ROOT)
    assert [job.state for job in found.jobs] == [DONE, DONE, WAITS, WAITS]
    assert "   1  sample" in "\n".join(lines("small", found))
    assert "not known before" in "\n".join(lines("small", found))


def test_time_left_is_that_of_jobs_of_the_rule(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    done = [Job("a 1", "a", DONE, log, seconds=100.0), Job("a 2", "a", DONE, log, seconds=300.0)]
    jobs = (*done, Job("a 3", "a", RUNS, log, seconds=50.0), Job("a 4", "a", WAITS, log))
    assert State(jobs, None).seconds_left() == 150 + 200
    over = (*done, Job("a 3", "a", RUNS, log, seconds=500.0))
    assert State(over, None).seconds_left() == 0


def test_a_curve_is_that_of_the_last_attempt(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert curve(log) == "no step said yet"
    log.write_text(LOG)
    assert curve(log) == "step 2 / 3  reward 0.100 → -0.250  █▁"


def test_bars_and_spans_are_short() -> None:
    assert bars([0.0] * 5) == "▁▁▁▁▁" and len(bars(list(map(float, range(1000))))) == 30
    assert bars([1.0, 2.0]) == "▁█"
    assert [span(each) for each in (None, 0.4, 61, 3600 * 26)] == ["", "0 s", "1 min", "26 h 00 min"]
    assert shown("a\x1b[2Jb") == "a?[2Jb"
