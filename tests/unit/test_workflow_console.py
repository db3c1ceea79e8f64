"""What a run says on the terminal: a line per job with its key figure, and how far the running ones are."""

import io
import logging
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from report_manifests import SMALL, ran
from snakemake.logging import DefaultFormatter
from snakemake_interface_logger_plugins.common import LogEvent

from wideband.workflow.console import Console, install
from wideband.workflow.key_figures import ended

CELL = {"arm": "think", "checkpoint": "base", "slice": "olympiad"}


class Terminal(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def logger(tmp_path: Path, terminal: bool) -> tuple[logging.Logger, Terminal, Console]:
    """Snakemake's logger as a run has it, with the console in its place."""
    made, stream = logging.Logger("run"), Terminal(terminal)
    handler = logging.StreamHandler(stream)
    handler.name = "DefaultStreamHandler"
    handler.setFormatter(DefaultFormatter())
    made.addHandler(handler)
    console = install(made, tmp_path)
    assert console is not None
    return made, stream, console


def starts(made: logging.Logger, job: int, message: str, output: Path, log: Path) -> None:
    """What Snakemake says when a job starts."""
    facts = {"jobid": job, "rule_msg": message, "rule_name": "sample", "output": [str(output)]}
    made.info("Rule: sample", extra={"event": LogEvent.JOB_INFO, "log": [str(log)], **facts})


def finished(made: logging.Logger, job: int) -> None:
    """What Snakemake says when a job has ended."""
    made.info("Finished jobid", extra={"event": LogEvent.JOB_FINISHED, "job_id": job})


def table(path: Path, **columns: list) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table(columns), path)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("results") / SMALL.name


def test_sampling_says_its_rollouts_and_its_pace(root: Path) -> None:
    ran(SMALL, root, "sample", CELL, {}, ["a.parquet"], rollouts=1480, completion_tokens=24_000)
    assert ended(root / "a.parquet", "sample x").startswith(
        "sampled think.base on olympiad: 1,480 rollouts, "
    )
    assert " tokens/s, " in ended(root / "a.parquet", "sample x")


def test_training_says_how_its_reward_went_or_its_loss(root: Path) -> None:
    log, stage = root / "arms/think/grpo/training_log.parquet", {"arm": "think", "stage": "grpo"}
    table(log, step=[2, 1], reward=[0.55, 0.31], loss=[None, 0.1])
    ran(SMALL, root, "train", stage, {}, ["arms/think/grpo/training_log.parquet"])
    assert ended(log, "").startswith("trained think.grpo: reward 0.31 → 0.55 in 2 steps, ")
    table(log, step=[1, 2], reward=pa.array([None, None], pa.float64()), loss=[2.0, 1.5])
    assert "loss 2.00 → 1.50" in ended(log, "")


def test_grading_says_the_accuracy_of_what_was_decided(root: Path) -> None:
    table(root / "v.parquet", correct=[True, False, None, False, True], valid=[None] * 5)
    ran(SMALL, root, "grade", CELL, {}, ["v.parquet"])
    assert ended(root / "v.parquet", "").startswith(
        "graded think.base on olympiad: accuracy 50.0% of 4 rollouts"
    )


def test_a_job_whose_record_cannot_be_read_is_said_by_its_message(root: Path) -> None:
    assert ended(root / "none.parquet", "slice x") == "slice x"


def test_a_job_is_one_line_and_chatter_none(root: Path) -> None:
    made, stream, console = logger(root, terminal=False)
    made.info("Building DAG of jobs...")
    made.info(None, extra={"event": LogEvent.RUN_INFO, "stats": {"sample": 11, "all": 1, "total": 12}})
    ran(SMALL, root, "sample", CELL, {}, ["a.parquet"], rollouts=4, completion_tokens=8)
    starts(made, 7, "sample think.base.olympiad", root / "a.parquet", root / "a.log")
    made.info("Select jobs to execute...")
    finished(made, 7)
    made.warning("a warning")
    said = stream.getvalue().splitlines()
    assert said[0].startswith("11 jobs to run; ")
    assert said[1].startswith(" 1/11  sampled think.base on olympiad: 4 rollouts")
    assert said[2:] == ["a warning"]
    assert not console.running


def test_a_failed_job_is_named_with_its_log(root: Path) -> None:
    made, stream, _ = logger(root, terminal=False)
    starts(made, 7, "sample think.base.olympiad", root / "a.parquet", root / "a.log")
    failed = {"event": LogEvent.JOB_ERROR, "jobid": 7, "rule_name": "sample", "log": ["logs/a.log"]}
    made.error("Error in rule sample", extra=failed)
    assert stream.getvalue() == "failed: sample think.base.olympiad; log: logs/a.log\n"


def logged(folder: Path, name: str, line: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"10:00:00 {line}\n")
    return folder / name


def test_a_terminal_has_a_bar_of_the_run_and_one_of_each_stage_that_trains(root: Path) -> None:
    made, _, console = logger(root, terminal=True)
    made.info(None, extra={"event": LogEvent.RUN_INFO, "stats": {"train": 4}})
    trains = "train think.grpo | step 3 / 9  reward 0.250  812 tokens/s  40 s left"
    starts(made, 1, "train think.grpo", root / "x", logged(root, "t.log", trains))
    starts(made, 2, "grade a.b", root / "y", logged(root, "g.log", "grade a.b | started"))
    starts(
        made, 3, "base", root / "z", logged(root, "b.log", "base | loss 2.1  900 tokens/s  55 %  9 s left")
    )
    console.done = 2
    jobs = list(console.running.values())
    assert console.bars(jobs, 200, 50) == [
        "█" * 10 + "░" * 10 + " 2/4  grade a.b",
        "█" * 6 + "░" * 14 + " train think.grpo  step 3 / 9  reward 0.250  812 tokens/s  40 s left",
        "█" * 11 + "░" * 9 + " base  loss 2.1  900 tokens/s  55 %  9 s left",
    ]
    assert [len(line) for line in console.bars(jobs, 30, 3)] == [29, 29]


def test_bars_make_room_for_what_is_said(root: Path) -> None:
    made, stream, console = logger(root, terminal=True)
    made.info(None, extra={"event": LogEvent.RUN_INFO, "stats": {"train": 4}})
    starts(
        made,
        1,
        "train think.grpo",
        root / "x",
        logged(root, "t.log", "train think.grpo | step 1 / 9  9 s left"),
    )
    console._write("", console.bars(list(console.running.values()), 80, 24))
    finished(made, 1)
    # Two lines were drawn: up one, all below is cleared, and the line of the job stands in their place.
    assert stream.getvalue().endswith("\r\x1b[1A\x1b[J1/4  train think.grpo\n")
    made.warning("a warning")
    assert stream.getvalue().endswith("\r\x1b[Ja warning\n")


def test_a_job_that_waits_for_another_process_says_so_at_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wideband.workflow.console.RENEW_S", 0.01)
    made, stream, console = logger(root, terminal=False)
    log = root / "t.log"
    log.parent.mkdir(parents=True)
    log.write_text("10:00:00 train a | waiting for process 12 on host, which runs this job\n")
    starts(made, 1, "train a", root / "x", log)
    console.follow()
    until = 200
    while "waiting" not in stream.getvalue() and (until := until - 1):
        console.ends.wait(0.05)
    console.stop()
    assert stream.getvalue() == "… train a: waiting for process 12 on host, which runs this job\n"
