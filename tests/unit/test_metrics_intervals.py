"""Intervals, the bootstrap over problems, Holm, and paired tests."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.intervals import newcombe, wilson
from wideband.metrics.paired_tests import holm, t_test, wilcoxon_p
from wideband.metrics.ranges import DIFFERENCE, RATE

BOOT = Bootstrap(resamples=400)
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (3, 10), (10, 10), (134, 200)])
def test_wilson_equals_scipy(successes: int, n: int) -> None:
    expected = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    assert wilson(successes, n) == pytest.approx((expected.low, expected.high))


def test_newcombes_own_example_of_two_rates() -> None:
    """Newcombe 1998, table II: 56/70 − 48/80 by method 10."""
    assert newcombe((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    low, high = newcombe((3, 25), (3, 25))
    assert low == pytest.approx(-high) and high > 0
    assert all(math.isnan(end) for end in newcombe((0, 0), (1, 2)))


def test_wilson_of_nothing_is_nan_and_of_too_many_an_error() -> None:
    assert all(math.isnan(end) for end in wilson(0, 0))
    with pytest.raises(ValueError, match="not a rate"):
        wilson(3, 2)


def test_the_bootstrap_is_seeded() -> None:
    values = np.random.default_rng(0).random(30)
    assert BOOT.mean(values) == Bootstrap(resamples=400).mean(values)
    assert BOOT.mean(values).interval != Bootstrap(resamples=400, seed=8).mean(values).interval


def test_the_bootstrap_of_a_mean_agrees_with_the_normal_interval() -> None:
    values = np.random.default_rng(1).normal(size=400)
    estimate = Bootstrap(resamples=4000).mean(values)
    half = 1.96 * values.std(ddof=1) / math.sqrt(len(values))
    assert estimate.value == pytest.approx(values.mean())
    assert estimate.interval == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)


def test_draws_of_one_problem_are_not_taken_for_independent() -> None:
    rates = np.repeat([0.0, 1.0], 10)  # 20 problems, 16 draws each, all draws of a problem alike
    low, high = BOOT.mean(rates, RATE).interval
    naive_low, naive_high = wilson(160, 320)
    assert high - low > 2 * (naive_high - naive_low)


def test_problems_that_agree_still_leave_uncertainty() -> None:
    for value, ends in ((0.0, wilson(0, 20)), (1.0, wilson(20, 20))):
        estimate = BOOT.mean(np.full(20, value), RATE)
        assert estimate.value == value and estimate.interval == pytest.approx(ends)
    low, high = BOOT.mean(np.full(40, 0.1), RATE).interval  # rounding makes draws differ by an ulp
    assert 0 < low < 0.1 - 0.005 and 0.1 + 0.05 < high < 0.2


@pytest.mark.parametrize("rest", [0.0, 1.0])
def test_intervals_grow_without_a_jump_from_problems_that_agree(rest: float) -> None:
    """One right rollout of 8, on one problem of 40, is nearly the same as none."""
    ends = []
    for right in range(9):
        values = np.full(40, rest)
        values[0] = abs(rest - right / 8)
        low, high = BOOT.mean(values, RATE).interval
        ends.append((low, high) if rest == 0 else (1 - high, 1 - low))
    assert ends[0] == pytest.approx((0, wilson(0, 40)[1])) and ends[8][1] >= wilson(1, 40)[1] - 1e-12
    for (low, high), (next_low, next_high) in itertools.pairwise(ends):
        assert -1e-9 <= next_low - low < 0.002 and 0 < next_high - high < 0.02


def test_an_interval_of_few_deviating_problems_is_never_narrower_than_the_resamples() -> None:
    for ones in range(1, 5):
        values = np.repeat([1.0, 0.0], [ones, 60 - ones])
        score, (low, high) = wilson(ones, 60), BOOT.mean(values, RATE).interval
        resampled = BOOT.mean(values).interval
        assert (low, high) == pytest.approx((min(score[0], resampled[0]), max(score[1], resampled[1])))
    many = np.repeat([1.0, 0.0], [5, 55])
    assert BOOT.mean(many, RATE) == BOOT.mean(many)


def test_few_problems_that_differ_between_two_arms_leave_both_directions_open() -> None:
    zero, one, opposed = np.zeros(40), np.zeros(40), np.zeros(40)
    one[0], opposed[:2] = 0.125, (1, -1)
    limit = BOOT.mean(zero, DIFFERENCE).interval[1]
    low, high = BOOT.mean(one, DIFFERENCE).interval
    assert -limit < low < -0.9 * limit and limit < high < 1.1 * limit
    low, high = BOOT.mean(opposed, DIFFERENCE).interval
    assert low == pytest.approx(-high) and high > limit


def test_a_share_of_rollouts_counts_a_problem_by_its_rollouts() -> None:
    wrong, rollouts = np.zeros(30), np.full(30, 8.0)
    wrong[3] = 1
    assert BOOT.ratio(wrong, rollouts, RATE).interval == pytest.approx(BOOT.mean(wrong / 8, RATE).interval)
    rollouts[0] = 800  # as good as one problem alone
    assert BOOT.ratio(wrong, rollouts, RATE).interval[1] > 0.5


def test_paired_differences_that_are_all_zero_have_tangos_score_interval() -> None:
    z2 = stats.norm.ppf(0.975) ** 2
    for n in (1, 12, 40):
        limit = z2 / (n + z2)
        # The score statistic of no discordant pair, n Δ² / (Δ (1 − Δ)), is z² at the limit.
        assert n * limit**2 / (limit * (1 - limit)) == pytest.approx(z2)
        assert BOOT.mean(np.zeros(n), DIFFERENCE).interval == pytest.approx((-limit, limit))


def test_what_does_not_vary_and_has_no_range_has_no_interval() -> None:
    assert BOOT.mean(np.full(30, 17.0)).interval is None
    assert BOOT.ratio(np.full(30, 0.1), np.full(30, 3.0)).interval is None
    assert BOOT.mean(np.array([16.0, 17.0])).interval == (16.0, 17.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]), min_size=1, max_size=50))
def test_no_interval_has_width_zero_and_each_holds_its_value(rates: list[float]) -> None:
    estimate = BOOT.mean(np.array(rates), RATE)
    low, high = estimate.interval
    assert 0 <= low < high <= 1 and high - low > 1e-3 and low <= estimate.value <= high


def test_a_ratio_without_denominator_is_nan_and_a_rare_one_unbounded() -> None:
    assert math.isnan(BOOT.ratio(np.ones(5), np.zeros(5)).value)
    low, high = BOOT.ratio(np.ones(5), np.array([1.0, 0, 0, 0, 0])).interval
    assert math.isfinite(low) and high == math.inf


def test_no_problem_gives_nan_without_an_interval() -> None:
    estimate = BOOT.mean(np.empty(0))
    assert math.isnan(estimate.value) and estimate.interval is None


@settings(max_examples=30, deadline=None)
@given(P_VALUES)
def test_holm_rejects_what_its_step_down_definition_rejects(p_values: list[float]) -> None:
    p, alpha = np.array(p_values), 0.05
    order, rejected = np.argsort(p, kind="stable"), np.zeros(len(p), bool)
    for step, i in enumerate(order):
        if p[i] * (len(p) - step) > alpha:
            break
        rejected[i] = True
    assert (holm(p) <= alpha).tolist() == rejected.tolist()


def test_holm_of_known_values() -> None:
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_test_that_could_not_be_made_stays_in_the_declared_family() -> None:
    adjusted = holm(np.array([0.02, np.nan, 0.5]))
    assert adjusted[0] == pytest.approx(0.06) and np.isnan(adjusted[1]) and adjusted[2] == 1.0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 40))
def test_paired_tests_equal_scipy(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=n), rng.normal(size=n)
    expected = stats.ttest_rel(a, b)
    assert t_test(a, b) == pytest.approx((expected.statistic, expected.pvalue))
    assert wilcoxon_p(a, b) == pytest.approx(stats.wilcoxon(a, b).pvalue)


def test_tests_without_variance_or_pairs_are_nan() -> None:
    assert all(math.isnan(x) for x in t_test(np.ones(5), np.zeros(5)))
    assert all(math.isnan(x) for x in t_test(np.ones(1), np.zeros(1)))
    assert math.isnan(wilcoxon_p(np.ones(4), np.ones(4)))
