"""Upper bounds of what a study asks of a cluster."""

from pathlib import Path

import pytest

from wideband.config import load_study
from wideband.workflow.estimate import hardware_of, requested
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).parents[2]


def test_the_real_study_asks_for_nodes_of_eight_gpus_where_models_run() -> None:
    study = load_study("qwen3-30b-a3b", ROOT)
    planned = jobs(study, ROOT)
    gpus = {job.rule: hardware_of(job, study).gpus for job in planned}
    assert {rule for rule, count in gpus.items() if count} == {
        "train", "sample", "grade", "embed", "band", "band_train",
    }  # fmt: skip
    assert set(gpus.values()) == {0, 8}


def test_hours_are_nodes_and_gpus_times_the_limit() -> None:
    study = load_study("qwen3-30b-a3b", ROOT)
    train = [job for job in jobs(study, ROOT) if job.rule == "train"]
    total = requested(train, study)
    # 9 stages of at most 48 hours on one node of 8 GPUs, at 2.50 each.
    assert (total.node_hours, total.gpu_hours) == (9 * 48, 9 * 48 * 8)
    assert total.money(study) == pytest.approx(9 * 48 * 8 * 2.5)
