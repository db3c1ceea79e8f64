"""Classification of a pool, its posterior, and two arms against each other."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_tables import verdicts

from wideband.band import (
    BANDS,
    class_probabilities,
    classify,
    contingency,
    joined_with_source,
    p_in_band,
    p_same_class,
    ratio,
    shares,
)
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.per_problem import MetricError
from wideband.tables import write_table

BOOT = Bootstrap(resamples=200)
PUBLISHED = Path(__file__).parents[3] / "shared/data/published/multi-model/reports/variance_band"
COUNTS = st.integers(1, 32).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


def test_raw_correctness_decides(tmp_path) -> None:
    table = classify(verdicts({"a": [False, False], "b": [True, False], "c": [True, True]}))
    assert table["band"].tolist() == list(BANDS)
    assert table["n_correct"].tolist() == [0, 1, 2]
    write_table(table, tmp_path / "band.parquet", "band")


def test_undecided_verdicts_are_wrong_answers_and_no_problem_is_left_out() -> None:
    table = classify(verdicts({"a": [True, None, True], "b": [None, None, None]})).set_index("uid")
    assert table.loc["a", ["n_samples", "n_correct", "band"]].tolist() == [3, 2, "variance_band"]
    assert table.loc["b", ["n_samples", "n_correct", "band"]].tolist() == [3, 0, "all_zero"]


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(9)))
def test_shuffling_samples_changes_nothing(order: list[int]) -> None:
    table = verdicts({"a": [True, False, True], "b": [False] * 3, "c": [True] * 3})
    pd.testing.assert_frame_equal(classify(table.iloc[order]), classify(table))


@settings(max_examples=30, deadline=None)
@given(COUNTS)
def test_class_probabilities_are_a_distribution(count: tuple[int, int]) -> None:
    found = class_probabilities([count[0]], [count[1]])[0]
    assert found.sum() == pytest.approx(1) and np.all(found >= 0)
    mirrored = class_probabilities([count[0]], [count[0] - count[1]])[0]
    assert found.tolist() == pytest.approx(mirrored[::-1].tolist())


@settings(max_examples=15, deadline=None)
@given(COUNTS, st.sampled_from([0.5, 1.0]))
def test_the_posterior_equals_its_monte_carlo(count: tuple[int, int], prior: float) -> None:
    n, c = count
    p = np.random.default_rng(n * 100 + c).beta(c + prior, n - c + prior, size=40_000)
    expected = np.mean(1 - p**n - (1 - p) ** n)
    assert p_in_band([n], [c], prior=prior)[0] == pytest.approx(expected, abs=0.012)


def test_known_values_of_the_uniform_prior() -> None:
    # one rollout, uniform prior, correct: a fresh single rollout is right with probability 2/3
    assert class_probabilities([1], [1], prior=1.0)[0].tolist() == pytest.approx([1 / 3, 0, 2 / 3])
    # 0 of 2: E[(1 - p)^2] under Beta(1, 3) is 3/5
    assert class_probabilities([2], [0], prior=1.0)[0, 0] == pytest.approx(3 / 5)


def test_one_fresh_rollout_is_never_in_the_band() -> None:
    assert p_in_band([8], [4], draws=[1])[0] == pytest.approx(0)


def test_a_problem_solved_half_the_time_keeps_its_band() -> None:
    same = p_same_class([8, 8], [4, 1])
    assert same[0] > 0.9 > same[1] > 0.5


def arms() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bands of two arms: a, b, c shared, d in the first only."""
    first = {"a": [True, False], "b": [True, False], "c": [False, False], "d": [True, True]}
    second = {"a": [True, False], "b": [True, True], "c": [False, False]}
    return classify(verdicts(first)), classify(verdicts(second, arm="think"))


def test_arms_are_compared_on_shared_problems() -> None:
    first, second = arms()
    table = contingency(first, second)
    assert table.loc["variance_band", "variance_band"] == 1
    assert table.loc["variance_band", "all_one"] == 1
    assert int(table.to_numpy().sum()) == 3
    assert ratio(first, second, "variance_band", BOOT).value == 2
    assert shares(first, "variance_band", BOOT).value == 0.5
    assert math.isnan(ratio(first, second.iloc[:0], "variance_band", BOOT).value)


def test_a_problem_that_the_pool_lacks_is_named() -> None:
    first, _ = arms()
    pool = pd.DataFrame({"uid": ["a", "b", "c"], "source": ["amc", "amc", "aime"]})
    with pytest.raises(MetricError, match="uid 'd'"):
        joined_with_source(first, pool)
    joined = joined_with_source(first[first["uid"] != "d"], pool)
    assert joined["source"].tolist() == ["amc", "amc", "aime"]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published band files lie outside the repository")
def test_the_published_pool_gives_the_published_bands() -> None:
    tables = {}
    for arm in ("panel", "thinking"):
        rows = [json.loads(line) for line in (PUBLISHED / f"{arm}_g8" / "per_problem.jsonl").open()]
        outcomes = {r["uid"]: [i < r["n_correct"] for i in range(r["n_samples"])] for r in rows}
        tables[arm] = classify(verdicts(outcomes, arm=arm))
        published = {r["uid"]: r["band"] for r in rows}
        assert tables[arm].set_index("uid")["band"].to_dict() == published
    joint = contingency(tables["panel"], tables["thinking"])
    assert joint.sum(axis=1).tolist() == [477, 382, 18]
    assert joint.sum(axis=0).tolist() == [262, 209, 406]
    assert joint.loc["variance_band", "variance_band"] == 72
    assert ratio(tables["panel"], tables["thinking"], "variance_band", BOOT).value == pytest.approx(
        1.83, abs=0.005
    )
