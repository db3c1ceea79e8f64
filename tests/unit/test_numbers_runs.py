"""Numbers of arms that were trained several times, out of the tables of their runs."""

from pathlib import Path

import numpy as np
import pytest
from number_results import write_results

from wideband.config import Study, load_study
from wideband.config.runs import by_run
from wideband.metrics.paired_tests import holm
from wideband.numbers import NumberRecord, recompute, required_tables, study_numbers
from wideband.numbers.inputs import Tables
from wideband.numbers.plan import Request
from wideband.numbers.plan_runs import shared
from wideband.numbers.study import planned

ROOT = Path(__file__).parents[2]
STAGE, NAME = "olympiad_rlvr", "gsm8k_test"
CELL, ENDS = f"{NAME}.panel.{STAGE}", f"{NAME}.panel-plain.{STAGE}-base"


@pytest.fixture(scope="module")
def study() -> Study:
    """Nano on one benchmark; panel and think trained twice, plain untrained."""
    nano = load_study(ROOT / "config/studies/nano.yaml", ROOT)
    changes = {
        "benchmarks": {NAME: nano.benchmarks[NAME]},
        "compare": [("panel", "think"), ("panel", "plain")],
        "statistics": nano.statistics.model_copy(update={"resamples": 100}),
    }
    return by_run(nano.model_copy(update={**changes, "seeds": [1, 2]}))


@pytest.fixture(scope="module")
def root(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its results folder."""
    folder = tmp_path_factory.mktemp("runs")
    write_results(study, folder)
    return folder


@pytest.fixture(scope="module")
def numbers(study: Study, root: Path) -> dict[str, NumberRecord]:
    """Its records by id."""
    return {record.id: record for record in study_numbers(study, root)}


def test_a_number_of_an_arm_is_the_mean_over_its_runs(numbers: dict[str, NumberRecord]) -> None:
    for metric in ("pass@1", "pass@4", "vendi", "tokens_per_rollout", "tokens_per_correct"):
        runs = [numbers[f"{metric}.{NAME}.panel_s{seed}.{STAGE}"] for seed in (1, 2)]
        whole = numbers[f"{metric}.{CELL}"]
        assert whole.value == pytest.approx(np.mean([run.value for run in runs]))
        assert (whole.n, whole.args["runs"]) == (runs[0].n, 2)
        # Both runs with their tables stand behind it.
        assert [each.path for each in whole.inputs] == [each.path for run in runs for each in run.inputs]
        low, high = np.mean([run.ci for run in runs], axis=0)
        assert whole.ci[0] <= low < high <= whole.ci[1]


def test_a_band_lies_with_its_arm_though_another_arm_has_the_evaluation_of_its_pool() -> None:
    nano = load_study(ROOT / "config/studies/nano.yaml", ROOT)
    pool, arm = nano.band.pool, nano.arms["panel"]
    benchmarks = {pool: nano.benchmarks[NAME]}
    made = nano.model_copy(update={"arms": {"first": arm, "second": arm}, "benchmarks": benchmarks})
    band, verdicts = (f"arms/second/base/{table}/{pool}.parquet" for table in ("band", "verdicts"))
    (found,) = shared(made, [Request("n", "e", {}, (band, verdicts))])
    assert found.paths == (band, verdicts.replace("second", "first"))


def test_gains_and_differences_are_taken_run_by_run(numbers: dict[str, NumberRecord]) -> None:
    gains = [numbers[f"gain.{NAME}.panel_s{seed}.{STAGE}-base"].value for seed in (1, 2)]
    assert numbers[f"gain.{NAME}.panel.{STAGE}-base"].value == pytest.approx(np.mean(gains))
    first, second = (numbers[f"pass@1.{NAME}.{arm}.{STAGE}"].value for arm in ("panel", "think"))
    gap = numbers[f"pass@1.diff.{NAME}.panel-think.{STAGE}"]
    assert gap.value == pytest.approx(first - second) and gap.args["runs"] == 2
    # An arm of one run stands beside each run of the other.
    plain = [each.path for each in numbers[f"pass@1.diff.{ENDS}"].inputs][2:]
    assert plain == [f"metrics/passk/plain/base/{NAME}.parquet"] * 2


def test_tests_count_with_runs_and_holm_adjusts_them_over_all_pairs(numbers: dict[str, NumberRecord]) -> None:
    cells = [f"{NAME}.panel-think.{STAGE}", ENDS]
    raw = [numbers[f"pass@1.diff.{cell}.p"] for cell in cells]
    adjusted = [numbers[f"pass@1.diff.{cell}.p_holm"] for cell in cells]
    assert [each.value for each in adjusted] == pytest.approx(holm([each.value for each in raw]).tolist())
    assert {each.estimator for each in raw} == {"runs.t_p"} and adjusted[0].n == 2


def test_no_number_takes_runs_for_problems(numbers: dict[str, NumberRecord]) -> None:
    trained = [each for each in numbers.values() if f".{STAGE}" in each.id]
    of_arms = [each for each in trained if ".panel." in each.id or ".panel-" in each.id]
    assert of_arms and all(each.args["runs"] == 2 for each in of_arms)
    assert not [each.id for each in of_arms if each.id.startswith(("overlap", "hit_rate", "undecided"))]


def test_every_number_is_there_once_and_recomputes_to_itself(
    study: Study, root: Path, numbers: dict[str, NumberRecord]
) -> None:
    ids = [request.id for request in planned(study, ["aime", "amc"])]
    assert len(ids) == len(set(ids)) == len(numbers)
    assert {each.path for record in numbers.values() for each in record.inputs} == set(required_tables(study))
    tables = Tables(root)
    for record in numbers.values():
        assert recompute(record, tables) == (record.value, record.ci), record.id


def test_one_seed_gives_the_numbers_of_its_run(study: Study, root: Path) -> None:
    nano = load_study(ROOT / "config/studies/nano.yaml", ROOT)
    one = by_run(
        nano.model_copy(update={"benchmarks": study.benchmarks, "statistics": study.statistics, "seeds": [1]})
    )
    found = {record.id: record for record in study_numbers(one, root)}
    whole, run = found[f"pass@1.{CELL}"], found[f"pass@1.{NAME}.panel_s1.{STAGE}"]
    assert (whole.value, whole.ci, whole.inputs, whole.args) == (run.value, run.ci, run.inputs, run.args)


def test_a_trained_arm_of_one_seed_stands_beside_each_run_of_the_other_and_is_named(
    study: Study, root: Path, numbers: dict[str, NumberRecord]
) -> None:
    nano = load_study(ROOT / "config/studies/nano.yaml", ROOT)
    arms = {**nano.arms, "think": nano.arms["think"].model_copy(update={"seeds": [1]})}
    kept = {key: getattr(study, key) for key in ("benchmarks", "statistics", "compare")}
    made = by_run(nano.model_copy(update={**kept, "arms": arms, "seeds": [1, 2]}))
    found = {record.id: record for record in study_numbers(made, root)}
    cell = f"{NAME}.panel-think.{STAGE}"
    gap = found[f"pass@1.diff.{cell}"]
    first, second = (found[f"pass@1.{NAME}.{arm}.{STAGE}"] for arm in ("panel", "think"))
    assert gap.value == pytest.approx(first.value - second.value)
    assert second.value == numbers[f"pass@1.{NAME}.think_s1.{STAGE}"].value
    assert [each.path for each in gap.inputs][2:] == [f"metrics/passk/think_s1/{STAGE}/{NAME}.parquet"] * 2
    assert {gap.args["runs"], *gap.args["once"]} == {2, "think"}
    assert found[f"pass@1.diff.{cell}.p_holm"].args["once"] == ["think"]
    assert "once" not in first.args and "once" not in found[f"pass@1.diff.{ENDS}"].args
    tables = Tables(root)
    for record in found.values():
        assert recompute(record, tables) == (record.value, record.ci), record.id
