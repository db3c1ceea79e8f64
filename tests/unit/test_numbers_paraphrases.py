"""The numbers of single ways of asking for answer spaces: both ends, differences, and what they rest on."""

from pathlib import Path

import numpy as np
import pytest
from answer_results import answer_study, many_arms, write_answers

from wideband.config import Study
from wideband.config.runs import by_run
from wideband.metrics.per_problem import measured
from wideband.numbers import NumberRecord, recompute, study_numbers
from wideband.numbers.inputs import Tables
from wideband.numbers.plan import metric_path
from wideband.numbers.plan_paraphrases import MEASURES, paraphrase_numbers
from wideband.numbers.study import planned

ROOT = Path(__file__).parents[2]
SPACES = ("card_suit", "planet", "integer_1_100")


def made(study: Study, folder: Path) -> dict[str, NumberRecord]:
    """The study's records, out of tables written into `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        write_answers(study, folder)
    return {record.id: record for record in study_numbers(study, folder, "code")}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("paraphrases")


@pytest.fixture(scope="module")
def numbers(root: Path) -> dict[str, NumberRecord]:
    return made(answer_study(), root)


def three_runs() -> Study:
    """Arms that ask in one order; the only trained one was trained three times."""
    body = answer_study().model_dump(exclude_unset=True)
    body["data"]["slices"]["picks"]["orders"] = 1
    return by_run(Study.model_validate({**body, "seeds": [1, 2, 3]}))


@pytest.fixture(scope="module")
def trained_thrice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NumberRecord]:
    return made(three_runs(), tmp_path_factory.mktemp("runs"))


def of_items(root: Path, arm: str, at: str, metric: str, uid: str) -> np.ndarray:
    """The values of the items whose uid holds a text."""
    values = measured(Tables(root).frame(metric_path("answers", arm, at, "picks")), metric)
    return values[values.index.str.contains(uid)].to_numpy()


def test_a_way_of_asking_has_the_mean_over_its_orders_at_both_ends(
    root: Path, numbers: dict[str, NumberRecord]
) -> None:
    # The base is asked in the same way by both arms, and lies with the first of them.
    for arm, at in (("wide", "base"), ("wide", "rl")):
        for metric in MEASURES:
            ways = [numbers[f"{metric}.picks.{arm}.{at}.planet.p{way}"] for way in (1, 2)]
            for way, found in enumerate(ways, start=1):
                values = of_items(root, arm, at, metric, f"/planet/p{way}/")
                assert (found.value, found.n) == (pytest.approx(values.mean()), 2)
                assert found.ci[0] < found.value < found.ci[1]
            whole = numbers[f"{metric}.picks.{arm}.{at}.planet"]
            assert whole.value == pytest.approx(np.mean([found.value for found in ways]))
            assert whole.unit == ways[0].unit


def test_compared_arms_differ_way_by_way(root: Path, numbers: dict[str, NumberRecord]) -> None:
    for space in SPACES:
        for way in (1, 2):
            found = numbers[f"valid_mass.diff.picks.wide-base_only.rl-base.{space}.p{way}"]
            first, second = (
                of_items(root, "wide", at, "valid_mass", f"/{space}/p{way}/") for at in ("rl", "base")
            )
            assert found.value == pytest.approx((first - second).mean())
            assert found.estimator == "paraphrases.difference" and found.n == 2


def test_a_single_order_of_an_arm_trained_once_has_no_interval(
    trained_thrice: dict[str, NumberRecord],
) -> None:
    found = trained_thrice["total_variation.picks.wide.base.planet.p2"]
    assert (found.ci, found.n) == (None, 1)


def test_a_single_order_of_an_arm_trained_several_times_has_an_interval_over_its_runs(
    trained_thrice: dict[str, NumberRecord],
) -> None:
    paths = [f"metrics/answers/wide_s{seed}/rl/picks.parquet" for seed in (1, 2, 3)]
    for identity in (
        "total_variation.picks.wide.rl.planet.p1",
        "total_variation.diff.picks.wide-base_only.rl-base.planet.p1",
    ):
        found = trained_thrice[identity]
        assert found.args["runs"] == 3 and found.n == 1
        assert [each.path for each in found.inputs if "/rl/" in each.path] == paths
        assert found.ci[0] < found.value < found.ci[1]
    # Single runs are not asked way by way: their arm is.
    assert not [each for each in trained_thrice if "_s1." in each and each.endswith((".p1", ".p2"))]


def test_ways_of_asking_add_two_ends_and_a_difference_for_each_arm_and_no_more() -> None:
    once = many_arms()
    assert not list(paraphrase_numbers(once))
    picks = once.data.slices["picks"].model_copy(update={"paraphrases": 2})
    slices = {**once.data.slices, "picks": picks}
    study = once.model_copy(update={"data": once.data.model_copy(update={"slices": slices})})
    found = [request.id for request in paraphrase_numbers(study)]
    places, pairs, ways = 2 + 5, 5, len(SPACES) * 2
    assert len(found) == len(set(found)) == (places + pairs) * ways * len(MEASURES)
    assert set(found) <= {request.id for request in planned(study)}


def test_a_way_of_asking_that_a_short_slice_has_no_item_of_has_no_value(tmp_path: Path) -> None:
    body = answer_study().model_dump(exclude_unset=True)
    body["data"]["slices"]["picks"] |= {"orders": 1, "n": 3}
    found = made(Study.model_validate(body), tmp_path)
    ways = [found[f"valid_mass.picks.wide.rl.{space}.p{way}"] for space in SPACES for way in (1, 2)]
    assert sorted(record.n for record in ways) == [0, 0, 0, 1, 1, 1]
    assert all((record.value is None) == (record.n == 0) for record in ways)


def test_ways_of_asking_recompute_to_themselves(root: Path, numbers: dict[str, NumberRecord]) -> None:
    tables, ways = Tables(root), [record for record in numbers.values() if ".p1" in record.id]
    assert ways
    for record in ways:
        assert recompute(record, tables) == (record.value, record.ci), record.id
