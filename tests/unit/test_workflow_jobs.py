"""The list of a study's jobs: every output once, specs that hold what a job depends on and no more."""

import json
from pathlib import Path

import pytest

from wideband.config import Study, load_study
from wideband.config import parameters_data as rules
from wideband.workflow.jobs import PlannedJob, jobs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def planned(study: Study) -> dict[str, PlannedJob]:
    return {job.label: job for job in jobs(study, ROOT)}


@pytest.mark.parametrize("name", ["nano", "micro", "real-smoke", "qwen3-30b-a3b", "published"])
def test_every_output_and_every_spec_belongs_to_one_job(name: str) -> None:
    found = jobs(load_study(name), ROOT)
    outputs = [output for job in found for output in job.outputs]
    assert len(outputs) == len(set(outputs))
    assert len({job.spec_path for job in found}) == len(found)


def test_specs_of_two_listings_are_the_same() -> None:
    one, two = (planned(load_study("nano")) for _ in range(2))
    assert {label: job.spec.digest for label, job in one.items()} == {
        label: job.spec.digest for label, job in two.items()
    }


def test_training_and_the_bands_verdicts_do_not_reach_the_grader() -> None:
    found = planned(load_study("nano"))
    graded = {label for label, job in found.items() if "wideband.grading.normalise" in job.code.modules}
    assert "grade panel.math_continuation.gsm8k_test" in graded
    assert "golds gsm8k_test" in graded
    assert "grade panel.math_continuation.olympiad_pool" not in graded
    assert not {label for label in graded if label.startswith(("train", "sample", "band"))}


def test_a_study_without_a_pool_draws_no_held_out_slice_of_it() -> None:
    content = load_study("nano").model_dump()
    del content["data"]["slices"]["olympiad_pool"], content["stages"]["olympiad_rlvr"]
    del content["benchmarks"]["olympiad_heldout"]
    found = planned(Study.model_validate(content))
    assert not {label for label in found if "held" in label or "olympiad" in label}
    assert next(job for job in found.values() if job.rule == "leakage").spec.params["pool"] is None


def test_jobs_reach_the_rewards_and_tasks_that_they_name_and_no_others() -> None:
    found = planned(load_study("nano"))
    rewards = {label: named(job, "wideband.training.rewards") for label, job in found.items()}
    assert rewards["train panel.gsm8k_warmup"] == {"verified"}
    assert {label.split()[0] for label, names in rewards.items() if names} == {"train"}
    tasks = {label: named(job, "wideband.tasks") - {"base"} for label, job in found.items()}
    assert tasks["grade panel.base.gsm8k_test"] == {"math"}
    # Which numbers there are, and golds that are checked, follow from the tasks too.
    asking = {"train", "grade", "golds", "number_records", "report"}
    assert {label.split()[0] for label, names in tasks.items() if names} == asking
    metrics = {label for label, job in found.items() if named(job, "wideband.metrics.by_item") - {"base"}}
    assert metrics == set()


def named(job: PlannedJob, room: str) -> set[str]:
    """Files of a room that a job reaches."""
    return {name.rpartition(".")[2] for name in job.code.modules if name.startswith(f"{room}.")}


def test_a_registered_digest_concerns_the_slices_that_read_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load_study("real-smoke") if (ROOT / "../shared/data").is_dir() else None
    if study is None:
        pytest.skip("real-smoke needs the benchmark files at ../shared/data")
    before = planned(study)
    entries = json.loads(rules.REGISTRY.read_text())
    entries["gsm8k/train"]["digest"] = "0" * 64
    monkeypatch.setattr(rules, "REGISTRY", tmp_path / "registry.json")
    rules.REGISTRY.write_text(json.dumps(entries))
    after = planned(study)
    changed = {label for label in before if before[label].spec.digest != after[label].spec.digest}
    # The report's cards print the registered digests.
    assert changed == {"slice gsm8k_train", "slice gsm8k_test", "report study"}
