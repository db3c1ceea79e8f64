"""The numbers of answer spaces: over items, by space, gained by training and between arms."""

import math
from pathlib import Path

import pandas as pd
import pytest
from answer_results import answer_study, metrics_shown, write_answers
from metric_tables import of

from wideband.config import Study
from wideband.metrics import by_item
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.estimate import Estimate
from wideband.metrics.paired_tests import holm
from wideband.metrics.per_problem import measured
from wideband.numbers import NumberRecord, recompute, required_tables, study_numbers
from wideband.numbers.estimators.answers import gain, mean, rejected
from wideband.numbers.inputs import Tables
from wideband.numbers.ranges import possible
from wideband.numbers.study import planned

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study() -> Study:
    return answer_study()


@pytest.fixture(scope="module")
def root(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        write_answers(study, folder)
    return folder


@pytest.fixture(scope="module")
def numbers(study: Study, root: Path) -> dict[str, NumberRecord]:
    return {record.id: record for record in study_numbers(study, root, "code")}


def test_every_metric_has_a_number_with_an_interval_for_all_items_and_for_each_space(
    study: Study,
    numbers: dict[str, NumberRecord],
) -> None:
    # The options of a range are not listed and have no order: see below.
    for metric in metrics_shown(study) - {"order_spread", "chi_square_p"}:
        for cell in ("wide.base", "wide.rl", "base_only.base"):
            whole, *parts = (
                numbers[f"{metric}.picks.{cell}{space}"]
                for space in ("", ".card_suit", ".planet", ".integer_1_100")
            )
            assert whole.unit == by_item.load(metric).unit
            # As many items of either space.
            assert whole.n == 12 and [part.n for part in parts] == [4, 4, 4]
            assert whole.value == pytest.approx(sum(part.value for part in parts) / 3)
            assert whole.ci[0] < whole.value < whole.ci[1]


def test_the_spread_over_orders_is_that_of_spaces_whose_options_are_listed(
    numbers: dict[str, NumberRecord],
) -> None:
    assert numbers["order_spread.picks.wide.rl"].n == 8
    assert numbers["order_spread.picks.wide.rl.planet"].n == 4
    of_range = numbers["order_spread.picks.wide.rl.integer_1_100"]
    assert (of_range.n, of_range.value) == (0, None)


def test_nothing_is_said_of_correct_answers_where_none_is_right(numbers: dict[str, NumberRecord]) -> None:
    silent = (
        "pass@",
        "hit_rate",
        "undecided",
        "loglikelihood_accuracy",
        "tokens_per_correct",
        "budget_",
        "gain.",
    )
    assert not [number for number in numbers if number.startswith(silent) or number.endswith(".correct")]
    assert numbers["vendi.picks.wide.rl"].value > 0


def test_a_gain_is_after_minus_before_and_a_difference_first_minus_second(
    numbers: dict[str, NumberRecord],
) -> None:
    for metric in ("total_variation", "valid_mass", "excess_variation"):
        after, before, other = (
            numbers[f"{metric}.picks.{cell}"].value for cell in ("wide.rl", "wide.base", "base_only.base")
        )
        gain = numbers[f"{metric}.gain.picks.wide.rl-base"]
        assert gain.value == pytest.approx(after - before)
        assert gain.ci[0] < gain.value < gain.ci[1]
        assert numbers[f"{metric}.diff.picks.wide-base_only.rl-base"].value == pytest.approx(after - other)
        assert 0 <= numbers[f"{metric}.diff.picks.wide-base_only.rl-base.p"].value <= 1
        assert numbers[f"{metric}.diff.picks.wide-base_only.rl-base.p_holm"].n == 1
    assert numbers["total_variation.gain.picks.wide.rl-base.planet"].n == 4


def test_numbers_recompute_and_lie_in_their_ranges(root: Path, numbers: dict[str, NumberRecord]) -> None:
    tables = Tables(root)
    for record in numbers.values():
        assert recompute(record, tables) == (record.value, record.ci), record.id
        low, high = possible(record.id)
        assert record.value is None or low <= record.value <= high, record.id
    assert possible("total_variation.gain.picks.wide.rl-base") == (-1, 1)
    assert possible("valid_mass.picks.wide.rl.planet") == (0, 1)


def test_the_tables_that_numbers_read_are_known_beforehand(
    study: Study, numbers: dict[str, NumberRecord]
) -> None:
    read = {each.path for record in numbers.values() for each in record.inputs}
    assert sorted(read) == required_tables(study)
    assert {request.id for request in planned(study)} == set(numbers)


def test_the_mean_of_a_space_is_that_of_its_items(root: Path, numbers: dict[str, NumberRecord]) -> None:
    table = Tables(root).frame("metrics/answers/wide/rl/picks.parquet")
    planets = [uid for uid in measured(table, "entropy").index if "/planet/" in uid]
    mean = sum(of(table, uid, "entropy") for uid in planets) / len(planets)
    assert numbers["entropy.picks.wide.rl.planet"].value == pytest.approx(mean)


def test_the_share_of_rejected_items_is_adjusted_over_all_of_them(
    root: Path, numbers: dict[str, NumberRecord]
) -> None:
    for cell in ("wide.base", "wide.rl", "base_only.base"):
        found = numbers[f"chi_square_rejected.picks.{cell}"]
        table = Tables(root).frame(found.inputs[0].path)
        p = table[table["metric"] == "chi_square_p"].set_index("uid")["value"]
        assert (found.value, found.n, found.ci) == ((holm(p.to_numpy()) <= 0.05).mean(), 12, None)
        suits = p[p.index.str.contains("/card_suit/")]
        of_space = numbers[f"chi_square_rejected.picks.{cell}.card_suit"]
        assert (of_space.value, of_space.n) == ((holm(suits.to_numpy()) <= 0.05).mean(), 4)
    assert not [identity for identity in numbers if identity.startswith("chi_square_p")]
    assert "chi_square_rejected.gain.picks.wide.rl-base" not in numbers


def test_items_are_rejected_after_holm_over_all_of_them_those_without_an_answer_included() -> None:
    p = [0.01, 0.012, 0.03, math.nan]
    table = pd.DataFrame({"uid": list("abcd"), "metric": "chi_square_p", "value": p, "n": 6})
    problems = pd.DataFrame({"uid": list("abcd"), "space": ["x", "x", "y", "y"]})
    both = {"metric": "chi_square_p", "confidence": 0.95}
    # Alone, or without the one that has no p in the family, all three would be.
    assert rejected([table, problems], space=None, **both) == Estimate(2 / 3, None, 3)
    assert rejected([table, problems], space="y", **both) == Estimate(0.0, None, 1)


def test_a_kind_that_a_short_slice_left_out_has_no_number() -> None:
    items = pd.DataFrame({"uid": ["p0"], "space": ["places"]})
    key = {"arm": "a", "checkpoint": "base", "slice": "s", "uid": "p0", "metric": "unique_answers"}
    table, boot = pd.DataFrame([{**key, "value": 3.0, "n": 4}]), Bootstrap(0.95, 100, 7)
    for space, value in (("places", 3), ("words", None)):
        found = mean([table, items], "unique_answers", space, boot)
        assert found.n == int(value is not None)
        assert found.value == value or math.isnan(found.value)
        gained = gain([table, table, items], "unique_answers", space, boot)
        assert gained.value == 0 or (math.isnan(gained.value) and value is None)
    assert rejected([table.assign(metric="fit_p"), items], "fit_p", "words", 0.95).n == 0
