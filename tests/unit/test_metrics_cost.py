"""Tokens and money per correct answer, paired token ratios, matched budgets."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_tables import of, rollouts, verdicts

from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.budget import Frontier, common_budget, frontiers, matched_accuracy
from wideband.metrics.cost import cost_table, money_per_correct, per_rollout, tokens_per_correct
from wideband.metrics.passk import passk_table
from wideband.metrics.per_problem import MetricError
from wideband.metrics.samples import graded_samples
from wideband.metrics.token_ratios import median_ratio, paired_draws, wilcoxon_tokens

BOOT = Bootstrap(resamples=300)
ONE = np.ones((1, 2))


def test_costs_are_summed_over_all_rollouts_undecided_ones_too() -> None:
    graded = verdicts({"a": [True, False, None], "b": [True, True, False]})
    drawn = rollouts(graded, [10, 20, 30, 5, 5, 20])
    drawn.loc[1, "finish_reason"] = "length"
    table = cost_table(drawn, graded)
    assert of(table, "a", "completion_tokens") == 60 and of(table, "a", "prompt_tokens") == 30
    assert of(table, "a", "truncated") == 1 and of(table, "b", "n_correct") == 2
    assert tokens_per_correct(table, BOOT).value == 90 / 3
    assert per_rollout(table, "completion_tokens", BOOT).value == 90 / 6
    assert money_per_correct(table, 1.0, 10.0, BOOT).value == pytest.approx((60 + 900) / 3e6)


def test_nothing_correct_has_no_price() -> None:
    graded = verdicts({"a": [False, False]})
    estimate = tokens_per_correct(cost_table(rollouts(graded, [1, 2]), graded), BOOT)
    assert math.isnan(estimate.value) and estimate.interval is None


def test_a_problem_that_was_never_decided_costs_what_it_cost() -> None:
    graded = verdicts({"a": [True], "b": [None]})
    table = cost_table(rollouts(graded, [7, 7]), graded)
    assert of(table, "b", "completion_tokens") == 7 and table["n"].tolist() == [1] * 10


@pytest.mark.parametrize("drop", ["rollouts", "verdicts"])
def test_a_missing_sample_is_named(drop: str) -> None:
    graded = verdicts({"a": [True, False], "b": [True]})
    drawn = rollouts(graded, [1, 2, 3])
    drawn, graded = (drawn.iloc[:-1], graded) if drop == "rollouts" else (drawn, graded.iloc[:-1])
    with pytest.raises(MetricError, match="'uid': 'b'"):
        graded_samples(drawn, graded)


def draws(first: dict, second: dict, tokens: tuple[list[int], list[int]]):
    """Paired draws of two arms."""
    arms = [verdicts(first), verdicts(second, arm="think")]
    samples = [graded_samples(rollouts(each, t), each) for each, t in zip(arms, tokens, strict=True)]
    return paired_draws(*samples)


def test_draws_fall_into_four_buckets() -> None:
    found = draws(
        {"a": [True, True, False], "b": [False, None]},
        {"a": [True, False, True], "b": [False, True]},
        ([10, 10, 10, 10, 10], [20, 30, 40, 50, 60]),
    )
    # The draw that nobody decided is wrong: the second arm alone solved it.
    assert found["bucket"].tolist() == ["both", "first_only", "second_only", "neither", "second_only"]
    assert found["ratio"].tolist() == [2, 3, 4, 5, 6]
    assert median_ratio(found, "both", BOOT).value == 2
    assert median_ratio(found, "both", BOOT).n == 1
    assert wilcoxon_tokens(found, "draw") == (1.0, 1)


def test_an_empty_bucket_has_no_median() -> None:
    found = draws({"a": [True]}, {"a": [True]}, ([1], [2]))
    assert math.isnan(median_ratio(found, "neither", BOOT).value)
    assert math.isnan(wilcoxon_tokens(draws({"a": [True]}, {"a": [True]}, ([2], [2])), "draw")[0])


def test_the_interval_of_the_median_resamples_problems_not_draws() -> None:
    outcomes = {f"p{i}": [True] * 8 for i in range(4)}
    second = [10 * (1 + i // 8) for i in range(32)]  # every problem has its own ratio, 1 to 4
    found = draws(outcomes, outcomes, ([10] * 32, second))
    estimate = median_ratio(found, "both", BOOT)
    assert estimate.value == 2.5 and estimate.interval == (1.0, 4.0)


def test_the_draw_level_test_sees_more_evidence_than_the_problems_hold() -> None:
    outcomes = {f"p{i}": [True] * 8 for i in range(6)}
    found = draws(outcomes, outcomes, ([10] * 48, list(range(11, 59))))
    (by_draw, n), (by_problem, problems) = wilcoxon_tokens(found, "draw"), wilcoxon_tokens(found, "problem")
    assert (n, problems) == (48, 6) and by_draw < 1e-6 < 0.02 < by_problem


def test_budget_accuracy_at_whole_attempts_is_pass_at_k() -> None:
    arm = Frontier(np.array([10.0, 30.0]), np.array([[0.5, 0.75], [0.0, 0.25]]))
    assert arm.accuracy(20, ONE)[0] == pytest.approx(0.25)
    assert arm.accuracy(40, ONE)[0] == pytest.approx(0.5)
    assert arm.accuracy(30, ONE)[0] == pytest.approx(0.375)
    assert arm.accuracy(10, ONE)[0] == pytest.approx(0.125)
    assert arm.accuracy(4000, ONE)[0] == pytest.approx(0.5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=8), st.floats(1, 100), st.floats(1, 100))
def test_more_tokens_never_buy_less(counts: list[int], low: float, more: float) -> None:
    outcomes = {f"p{i}": [j < c for j in range(4)] for i, c in enumerate(counts)}
    graded = verdicts(outcomes)
    tables = passk_table(graded), cost_table(rollouts(graded, range(1, len(graded) + 1)), graded)
    arm, _ = frontiers(tables, tables)
    weights = np.ones((1, len(counts)))
    assert arm.accuracy(low, weights)[0] <= arm.accuracy(low + more, weights)[0] + 1e-12


def test_arms_are_compared_at_a_budget_that_both_reach() -> None:
    cheap = Frontier(np.array([10.0, 10.0]), np.array([[0.25, 0.5, 0.75, 1.0]] * 2))
    dear = Frontier(np.array([20.0, 20.0]), np.array([[0.5, 0.6, 0.7, 0.8]] * 2))
    assert common_budget(cheap, dear, "full") == 40
    assert common_budget(cheap, dear, "one_attempt") == 20
    assert matched_accuracy(cheap, dear, "full", "difference", BOOT).value == pytest.approx(1 - 0.6)
    assert matched_accuracy(cheap, dear, "one_attempt", "first", BOOT).value == pytest.approx(0.5)
    assert matched_accuracy(cheap, dear, "one_attempt", "second", BOOT).value == pytest.approx(0.5)


def test_a_budget_out_of_reach_is_nan() -> None:
    cheap = Frontier(np.array([10.0]), np.array([[0.25, 0.5]]))
    dear = Frontier(np.array([200.0]), np.array([[0.5, 0.6]]))
    assert math.isnan(common_budget(cheap, dear, "one_attempt"))
    assert math.isnan(matched_accuracy(cheap, dear, "one_attempt", "difference", BOOT).value)
    with pytest.raises(ValueError, match="unknown budget level"):
        common_budget(cheap, dear, "double")


def test_frontiers_keep_the_problems_that_reach_the_common_k() -> None:
    graded = verdicts({"a": [True, False], "b": [True, None], "c": [False, True]})
    tables = passk_table(graded), cost_table(rollouts(graded, [4, 6, 5, 5, 9, 1]), graded)
    arm, other = frontiers(tables, tables)
    assert arm.tokens.tolist() == [5, 5, 5] and arm.passk.tolist() == [[0.5, 1]] * 3
    assert other.reach() == 10


def test_one_solved_problem_of_forty_is_no_jump_from_none_at_a_budget() -> None:
    tokens, none, one = np.linspace(5, 15, 40), np.zeros((40, 4)), np.zeros((40, 4))
    one[7] = (0.25, 0.5, 0.75, 1.0)
    for what in ("second", "difference"):
        without, with_one = (
            matched_accuracy(Frontier(tokens, none), Frontier(tokens, some), "half", what, Bootstrap())
            for some in (none, one)
        )
        assert abs(with_one.value) == pytest.approx(0.5 / 40)
        for before, after in zip(without.interval, with_one.interval, strict=True):
            assert abs(after - before) < 0.03
