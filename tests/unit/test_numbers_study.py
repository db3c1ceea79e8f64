"""Every number of a study, computed from its tables."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from answer_results import answer_study
from number_results import write_results

from wideband.config import Study, load_study
from wideband.config.evaluation import Entailment
from wideband.config.runs import by_run
from wideband.metrics.paired_tests import holm
from wideband.numbers import NumberRecord, recompute, required_tables, study_numbers
from wideband.numbers.inputs import Tables
from wideband.numbers.ranges import UNBOUNDED, possible
from wideband.numbers.registry import ESTIMATORS
from wideband.numbers.study import planned
from wideband.tables import TableError

ROOT = Path(__file__).parents[2]
P = ("p", "p_holm", "p_wilcoxon")
STAGE, PAIR = "olympiad_rlvr", "gsm8k_test.panel-think.olympiad_rlvr"


@pytest.fixture(scope="module")
def study() -> Study:
    """The nano study with cheap intervals."""
    nano = load_study(ROOT / "config/studies/nano.yaml")
    return nano.model_copy(update={"statistics": nano.statistics.model_copy(update={"resamples": 100})})


@pytest.fixture(scope="module")
def root(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its results folder."""
    folder = tmp_path_factory.mktemp("results")
    write_results(study, folder)
    return folder


@pytest.fixture(scope="module")
def numbers(study: Study, root: Path) -> dict[str, NumberRecord]:
    """Its records by id."""
    return {record.id: record for record in study_numbers(study, root, "code")}


def test_every_planned_number_is_there_once(study: Study, numbers: dict[str, NumberRecord]) -> None:
    ids = [request.id for request in planned(study, ["aime", "amc"])]
    assert len(ids) == len(set(ids)) == len(numbers)


def test_every_estimator_is_used(numbers: dict[str, NumberRecord]) -> None:
    studies = [
        load_study(ROOT / f"config/studies/{name}.yaml", ROOT)
        for name in ("published", "published-answer-diversity", "published-collapse", "calibration", "nano")
    ]
    drawn = Entailment(pairs=3)
    studies[-1] = by_run(studies[-1].model_copy(update={"seeds": [1, 2], "entailment": drawn}))
    imported = [request for study in (*studies, answer_study()) for request in planned(study, ["aime"])]
    used = {record.estimator for record in numbers.values()} | {request.estimator for request in imported}
    # Only runs that were imported without all of their rollouts count what is missing, and no study of these
    # has a judge (test_judging).
    assert used | {"imported.missing", "judge.difference", "judge.share"} == set(ESTIMATORS)


def test_every_number_recomputes_to_itself(root: Path, numbers: dict[str, NumberRecord]) -> None:
    tables = Tables(root)
    for record in numbers.values():
        assert recompute(record, tables) == (record.value, record.ci), record.id


def test_the_tables_that_numbers_read_are_known_beforehand(
    study: Study, numbers: dict[str, NumberRecord]
) -> None:
    read = {each.path for record in numbers.values() for each in record.inputs}
    assert sorted(read) == required_tables(study)


def test_a_difference_is_first_minus_second(numbers: dict[str, NumberRecord]) -> None:
    for metric in ("pass@1", "cosine_distance"):
        first, second = (numbers[f"{metric}.gsm8k_test.{arm}.{STAGE}"].value for arm in ("panel", "think"))
        assert numbers[f"{metric}.diff.{PAIR}"].value == pytest.approx(first - second)


def test_a_gain_is_after_minus_before(numbers: dict[str, NumberRecord]) -> None:
    for start in ("base", "math_continuation"):
        after, before = (numbers[f"pass@1.gsm8k_test.panel.{at}"].value for at in (STAGE, start))
        gain = numbers[f"gain.gsm8k_test.panel.{STAGE}-{start}"]
        assert gain.value == pytest.approx(after - before)
        assert gain.ci[0] <= gain.value <= gain.ci[1]


@pytest.mark.parametrize("metric", ["pass@1", "pass@4", "vendi"])
def test_holm_covers_the_compared_arms_at_their_last_checkpoints(
    study: Study, numbers: dict[str, NumberRecord], metric: str
) -> None:
    cells = [f"{b}.panel-think.{STAGE}" for b in study.benchmarks]
    raw = [numbers[f"{metric}.diff.{cell}.p"].value for cell in cells]
    adjusted = [numbers[f"{metric}.diff.{cell}.p_holm"] for cell in cells]
    assert [each.value for each in adjusted] == pytest.approx(holm(raw).tolist())
    for place, record in enumerate(adjusted):
        assert record.n == len(cells) == len(study.benchmarks)
        assert (record.args["family"], record.args["member"]) == (cells, place)


def test_other_comparisons_keep_their_raw_p(study: Study, numbers: dict[str, NumberRecord]) -> None:
    adjusted = [name for name in numbers if name.endswith(".p_holm") and ".diff." in name]
    assert adjusted and all(f".{STAGE}." in name for name in adjusted)
    for at in study.checkpoints("panel"):
        assert f"pass@1.diff.gsm8k_test.panel-think.{at}.p" in numbers


def test_another_pair_changes_no_number_but_what_the_family_is_adjusted_for(
    study: Study, root: Path, numbers: dict[str, NumberRecord]
) -> None:
    several = study.model_copy(update={"compare": [("panel", "think"), ("panel", "plain")]})
    found = {record.id: record for record in study_numbers(several, root, "code")}
    assert set(numbers) < set(found) and len(found) == len(planned(several, ["aime", "amc"]))
    changed = {name for name, record in numbers.items() if found[name] != record}
    assert changed == {name for name in numbers if name.endswith(".p_holm") and ".diff." in name}
    assert found[f"pass@1.diff.{PAIR}.p_holm"].n == 2 * len(study.benchmarks)
    # The budget that panel has in common with plain is another one than that with think.
    assert f"budget_accuracy.gsm8k_test.panel-plain.{STAGE}-base.panel.full" in found
    ends = f"gsm8k_test.panel-plain.{STAGE}-base"
    first, second = found[f"pass@1.gsm8k_test.panel.{STAGE}"], found["pass@1.gsm8k_test.plain.base"]
    assert found[f"pass@1.diff.{ends}"].value == pytest.approx(first.value - second.value)


@pytest.mark.parametrize("solve", [0.0, 0.4, 1.0])
def test_no_interval_has_width_zero(study: Study, tmp_path: Path, solve: float) -> None:
    small = study.model_copy(update={"benchmarks": {"gsm8k_test": study.benchmarks["gsm8k_test"]}})
    write_results(small, tmp_path, solve)
    spans = {each.id: each.ci for each in study_numbers(small, tmp_path) if each.ci and None not in each.ci}
    assert len(spans) > 100
    assert not [name for name, (low, high) in spans.items() if high - low < 1e-9 * max(1.0, abs(high))]


def test_every_number_lies_in_its_possible_range(numbers: dict[str, NumberRecord]) -> None:
    for record in numbers.values():
        low, high = possible(record.id)
        assert record.value is None or low <= record.value <= high, record.id
        assert (record.unit == "p") == (record.id.rsplit(".", 1)[-1] in P or ".p_wilcoxon." in record.id)
        assert record.unit != "p" or (low, high) == (0, 1), record.id
        assert not record.id.endswith(".t") or (low, high) == UNBOUNDED, record.id


def test_counts_add_up(study: Study, numbers: dict[str, NumberRecord]) -> None:
    who = ("first_only", "second_only", "both", "neither")
    assert sum(numbers[f"overlap.{PAIR}.{each}"].value for each in who) == 12
    assert (
        sum(numbers[f"token_ratio.{PAIR}.{each}"].n for each in who) == 12 * study.benchmarks["gsm8k_test"].n
    )
    bands = ("all_zero", "variance_band", "all_one")
    cell = f"{study.band.pool}.panel.math_continuation"
    assert sum(numbers[f"band_size.{cell}.{band}"].value for band in bands) == 12
    for band in bands:
        by_source = sum(numbers[f"band_source.{cell}.{source}.{band}"].value for source in ("aime", "amc"))
        assert by_source == numbers[f"band_size.{cell}.{band}"].value
    pair = f"band_contingency.{study.band.pool}.panel-think.math_continuation"
    assert sum(numbers[f"{pair}.{a}+{b}"].value for a in bands for b in bands) == 12


def test_the_hill_climbing_curve_is_there(study: Study, numbers: dict[str, NumberRecord]) -> None:
    heldout = study.band.heldout.slice
    for arm in ("panel", "think"):
        for at in study.step_checkpoints(STAGE):
            assert f"pass@1.{heldout}.{arm}.{at}" in numbers


def test_money_is_in_the_currency_of_the_price_table(study: Study, numbers: dict[str, NumberRecord]) -> None:
    assert numbers[f"money_per_correct.gsm8k_test.panel.{STAGE}"].unit == study.prices.currency


def test_nothing_solved_anywhere_still_gives_numbers(study: Study, tmp_path: Path) -> None:
    small = study.model_copy(update={"benchmarks": {"gsm8k_test": study.benchmarks["gsm8k_test"]}})
    write_results(small, tmp_path, solve=0.0)
    found = {record.id: record for record in study_numbers(small, tmp_path)}
    accuracy = found[f"pass@1.gsm8k_test.panel.{STAGE}"]
    assert accuracy.value == 0 and accuracy.ci[1] > 0.1
    assert found[f"tokens_per_correct.gsm8k_test.panel.{STAGE}"].value is None
    assert found[f"band_ratio.{study.band.pool}.panel-think.math_continuation"].value is None
    assert found[f"vendi.gsm8k_test.panel.{STAGE}.correct"].value is None


def _undecided(correct: bool | None) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Verdicts of panel with one rollout of every problem undecided, `correct` being what stands there."""

    def told(table: pd.DataFrame) -> pd.DataFrame:
        late = (table["sample"] == 0) & (table["arm"] == "panel")
        status = table["status"].mask(late, "undecided")
        return table.assign(correct=table["correct"].mask(late, correct), status=status)

    return told


def test_an_undecided_verdict_gives_every_number_that_a_wrong_one_gives(study: Study, tmp_path: Path) -> None:
    found = {}
    small = study.model_copy(update={"benchmarks": {"gsm8k_test": study.benchmarks["gsm8k_test"]}})
    for name, correct in (("wrong", False), ("null", None)):
        write_results(small, tmp_path / name, told=_undecided(correct))
        found[name] = study_numbers(small, tmp_path / name)
    undecided, wrong = ([(each.id, each.value, each.ci, each.n) for each in found[name]] for name in found)
    assert undecided == wrong
    counted = {each.id: (each.value, each.n, each.ci) for each in found["null"] if "undecided." in each.id}
    assert counted["undecided.gsm8k_test.panel.base"] == (12, 48, None)
    assert counted["undecided.gsm8k_test.think.base"] == (0, 48, None)
    assert counted[f"undecided.{study.band.pool}.panel.math_continuation"] == (12, 48, None)
    heldout = study.band.heldout.slice
    assert counted[f"undecided.{heldout}.panel.{study.step_checkpoints(STAGE)[0]}"][0] == 12
    assert {each.n for each in found["null"] if each.id.startswith("hit_rate.gsm8k_test.panel")} == {48}


def test_a_study_without_the_compared_arms_has_no_comparisons(study: Study) -> None:
    alone = study.model_copy(update={"arms": {"panel": study.arms["panel"]}})
    assert not [request.id for request in planned(alone) if "-think" in request.id]
    assert f"pass@1.gsm8k_test.panel.{STAGE}" in {request.id for request in planned(alone)}


def test_a_missing_table_is_named(study: Study, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"run the rule that writes it"):
        study_numbers(study, tmp_path)


def test_counting_jobs_start_without_heavy_libraries() -> None:
    code = (
        "import sys, wideband.numbers, wideband.band, wideband.metrics.diversity;"
        "heavy = {'torch', 'transformers', 'datasets', 'sklearn', 'scipy', 'sympy', 'plotly'};"
        "found = heavy & set(sys.modules); sys.exit(str(found) if found else 0)"
    )
    environment = {"PYTHONPATH": str(ROOT / "workflow_scripts")}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
