"""Training that is killed at random steps ends with the very bytes of training that was not."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from workflow import ROOT, Copy

from wideband.config import load_study
from wideband.provenance.digests import path_digest
from wideband.tables import read_table
from wideband.workflow.jobs import PlannedJob, jobs
from wideband.workflow.modification_times import prepare

KILLS, STEPS, SEED = 10, 48, 20260423
TIMED = ["seconds", "peak_bytes"]
DRIVER = str(ROOT / "tests/pipeline/training_kills.py")


@pytest.fixture(scope="module")
def training(nano: Copy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, PlannedJob]:
    """A copy of the project with a longer stage, and the planned job that trains it."""
    copy = Copy(tmp_path_factory.mktemp("kills"))
    copy.write_study("kills", stages__gsm8k_warmup__steps=STEPS, stages__gsm8k_warmup__publish_every=9)
    # A study names its prompts relative to the project.
    with contextlib.chdir(copy.root):
        planned = jobs(load_study("kills"), copy.root)
    prepare(planned, copy.results("kills"))
    return copy, next(job for job in planned if job.spec_path == "specs/train/panel.gsm8k_warmup.json")


def trained(nano: Copy, training: tuple[Copy, PlannedJob], name: str, kills: int) -> tuple[dict, Path]:
    """What the driver says of a training that is killed so often, and the results folder it ends with."""
    copy, job = training
    root = copy.root / name / "kills"
    shutil.copytree(copy.results("kills"), root)
    made = nano.results("nano")
    adapter, *steps, log = (str(root / output) for output in job.outputs)
    described = {
        "input": {
            "spec": str(root / job.spec_path),
            "model": str(made / "models/nano"),
            "adapter": [],
            "retained": [],
            "held_out": [],
            "problems": str(made / "data/gsm8k_train.parquet"),
        },
        "output": {"adapter": adapter, "steps": steps, "training_log": log, "eval_log": []},
        "threads": 1,
    }
    script = str(copy.root / "workflow_scripts/train.py")
    said = copy.python(DRIVER, script, str(kills), str(SEED), json.dumps(described))
    assert said.returncode == 0, said.stdout[-4000:]
    told = json.loads(said.stdout.splitlines()[-1])
    assert told["status"] == 0, told["said"]
    return told, root


def test_ten_kills_at_random_steps_change_no_byte_of_the_adapters(
    nano: Copy, training: tuple[Copy, PlannedJob]
) -> None:
    _, whole = trained(nano, training, "whole", 0)
    told, root = trained(nano, training, "killed", KILLS)
    assert None not in told["killed"]
    assert len(set(told["killed"])) >= KILLS // 2, "the kills were to fall on different steps"
    job = training[1]
    for output in job.outputs[:-1]:
        assert path_digest(root / output) == path_digest(whole / output), output
    one, two = (read_table(folder / job.outputs[-1], "training_log") for folder in (whole, root))
    assert list(two["step"]) == list(range(1, STEPS + 1))
    assert two.drop(columns=TIMED).equals(one.drop(columns=TIMED))
