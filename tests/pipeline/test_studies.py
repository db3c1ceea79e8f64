"""Every shipped study gives a DAG, from its file alone: no problems, no model, no network."""

import re
from collections import Counter

import pytest
from workflow import ROOT, Copy, Plan

from wideband.config import load_study

PUBLISHED_STUDY = "qwen3-30b-a3b"
OTHERS = sorted({path.stem for path in (ROOT / "config/studies").glob("*.yaml")} - {PUBLISHED_STUDY})
# 3 trained arms x (base + 3 stages) x 5 benchmarks and the plain arm's 5; 9 checkpoints of olympiad_rlvr for
# each trained arm; the pool for each trained arm.
SAMPLED = 3 * 4 * 5 + 5 + 3 * 9 + 3
PUBLISHED = {
    "base": 2,
    "slice": 7,
    "heldout": 1,
    "golds": 8,
    "leakage": 1,
    "lengths": 1,
    "train_gsm8k_warmup": 3,
    "train_math_continuation": 3,
    "train_olympiad_rlvr": 3,
    "sample": SAMPLED,
    "grade": SAMPLED,
    "band": 3,
    "band_train": 3,
    "embed": 3 * 4 + 1,
    "passk": 1,
    "diversity": 1,
    "cost": 1,
    "answers": 1,
    "number_records": 1,
    "report": 1,
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_shipped_study_plans_its_jobs(empty: Copy, name: str) -> None:
    study = load_study(name, ROOT)
    asked = "sample" if any(study.samples(benchmark) for benchmark in study.benchmarks) else "loglikelihood"
    measured = "import_slice" if study.imports else asked
    assert {measured, "report", "number_records"} <= empty.plan(name).counts.keys()


@pytest.fixture(scope="module")
def published(empty: Copy) -> Plan:
    """The jobs of the published recipe."""
    return empty.plan(PUBLISHED_STUDY)


def test_the_published_recipe_lists_the_right_jobs(published: Plan) -> None:
    assert published.counts == PUBLISHED
    assert len(published.jobs) == sum(PUBLISHED.values())


def test_the_band_is_measured_where_the_last_stage_starts(published: Plan) -> None:
    arms = ("panel", "think", "thinking_native")
    pools = [job for job in published.jobs if job.endswith(".olympiad_pool")]
    assert sorted(pools) == sorted(
        f"{rule} {arm}.math_continuation.olympiad_pool"
        for rule in ("sample", "grade", "band")
        for arm in arms
    )


def test_the_hill_climbing_curve_has_every_checkpoint(published: Plan) -> None:
    climbed = [job for job in published.jobs if job.startswith("sample") and "@" in job]
    steps = Counter(re.search(r"olympiad_rlvr@(\d+)\.olympiad_heldout$", job).group(1) for job in climbed)
    assert steps == {str(step): 3 for step in range(10, 100, 10)}


def test_one_of_twelve_models_is_planned_alone(empty: Copy) -> None:
    counts = empty.plan("calibration-12-models@llama3_2_1b").counts
    assert (counts["base"], counts["train_soft"], counts["train_hard"]) == (1, 1, 1)
    assert counts["sample"] == counts["loglikelihood"] == 3 * 2 and counts["report"] == 1


def test_planning_writes_specs_with_their_code_and_nothing_else(empty: Copy, published: Plan) -> None:
    made = empty.results(PUBLISHED_STUDY)
    assert {path.name for path in made.iterdir()} == {"specs", "provenance"}
    assert {path.name for path in (made / "provenance").iterdir()} == {"code"}
    assert len(list((made / "specs").rglob("*.json"))) >= len(set(published.jobs)) - 2


def test_an_arm_may_start_from_a_published_adapter(empty: Copy) -> None:
    repo = {"repo": "someone/adapter", "revision": "0" * 40}
    empty.write_study("started", PUBLISHED_STUDY, arms__panel__start_from=repo)
    assert empty.plan("started").counts == PUBLISHED | {"start": 1}


def test_one_table_can_be_asked_for_in_a_fresh_copy(empty: Copy) -> None:
    """Specs of several jobs in one folder: those written while the DAG was built used to be missed."""
    wanted = [f"results/nano/arms/panel/base/verdicts/{name}.parquet" for name in ("gsm8k_test", "math_test")]
    assert empty.plan("nano", *wanted).counts["grade"] == len(wanted)


def test_only_local_jobs_are_bound_by_the_cores_of_this_machine(empty: Copy) -> None:
    empty.write_study("wide", resources={"sampling": {"cpus": 500}})
    target = "results/wide/arms/panel/base/rollouts/gsm8k_test.parquet"

    def cores(*arguments: str) -> list[str]:
        said = empty.snakemake("wide", target, "--dry-run", "--printshellcmds", *arguments).stdout
        return re.findall(r'sample\.py\S? .*"threads": (\d+)', said)

    assert cores("--profile", "slurm") == ["500"]
    assert cores("--cores", "2") == ["2"]
