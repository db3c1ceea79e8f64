"""Laws against their targets, exactly and from samples."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from wideband.metrics.laws import (
    among_valid,
    effective_number,
    entropy,
    top,
    total_variation,
    validity,
    variation_with_invalid,
)
from wideband.metrics.sampled_laws import (
    chi_square,
    chi_square_p,
    excess_variation,
    floor,
    sampled_variation,
)

LAWS = st.lists(st.floats(0.01, 1), min_size=2, max_size=6).map(lambda parts: np.array(parts) / sum(parts))


@given(LAWS, st.floats(0.01, 1))
def test_a_policy_that_is_right_whenever_it_is_valid_lacks_only_validity(
    target: np.ndarray, mass: float
) -> None:
    logprobs = np.log(target * mass)
    assert validity(logprobs) == pytest.approx(mass)
    assert total_variation(among_valid(logprobs), target) == pytest.approx(0, abs=1e-12)
    assert variation_with_invalid(logprobs, target) == pytest.approx(1 - mass)


@given(LAWS, LAWS)
def test_variation_is_the_largest_difference_of_any_event(first: np.ndarray, second: np.ndarray) -> None:
    size = min(len(first), len(second))
    p, q = (each[:size] / each[:size].sum() for each in (first, second))
    events = [np.array(event) for event in product([False, True], repeat=size)]
    assert total_variation(p, q) == pytest.approx(
        max(abs(p[event].sum() - q[event].sum()) for event in events)
    )


def test_a_certain_law_has_one_answer_and_a_uniform_one_all() -> None:
    assert entropy([0.0, 1.0, 0.0]) == 0 and effective_number([0.0, 1.0, 0.0]) == 1
    assert entropy([0.25] * 4) == pytest.approx(math.log(4)) and effective_number(
        [0.25] * 4
    ) == pytest.approx(4)
    assert top([0.2, 0.4, 0.4]) == (1, 0.4)


def test_options_of_hardly_any_mass_still_have_a_law() -> None:
    law = among_valid(np.array([-2000.0, -2000.0 + math.log(3)]))
    np.testing.assert_allclose(law, [0.25, 0.75])
    assert validity(np.array([-2000.0, -1999.0])) == 0


def test_the_floor_of_fifty_draws_of_a_hundred_is_the_published_one() -> None:
    # At most one draw is expected of each option: TV is the share of options that were not drawn.
    assert floor(np.full(100, 0.01), 50) == pytest.approx(0.99**50, rel=1e-12)


@given(LAWS, st.integers(1, 4))
def test_the_floor_is_the_mean_over_all_outcomes(target: np.ndarray, n: int) -> None:
    mean = 0.0
    for draws in product(range(len(target)), repeat=n):
        counts = np.bincount(draws, minlength=len(target))
        mean += np.prod(target[list(draws)]) * sampled_variation(counts, target)
    assert floor(target, n) == pytest.approx(mean, abs=1e-10)


def test_the_floor_holds_for_whole_expectations_sure_options_and_many_draws() -> None:
    target = np.array([0.5, 0.3, 0.2, 0.0])
    draws = np.random.default_rng(3).multinomial(1000, target, size=20_000)
    simulated = np.abs(draws / 1000 - target).sum(1).mean() / 2
    assert floor(target, 1000) == pytest.approx(simulated, rel=0.01)
    assert floor(np.array([1.0, 0.0]), 7) == 0
    assert math.isnan(floor(target, 0)) and math.isnan(excess_variation(np.zeros(4), target))


def test_a_perfect_sampler_has_no_excess_and_a_stuck_one_has() -> None:
    target, draw = np.full(20, 0.05), np.random.default_rng(5)
    fair = [excess_variation(draw.multinomial(200, target), target) for _ in range(400)]
    assert abs(np.mean(fair)) < 0.003
    assert excess_variation(np.array([200, *[0] * 19]), target) > 0.8


def test_chi_square_is_that_of_scipy() -> None:
    counts, target = np.array([30, 14, 34, 45, 57, 20]), np.array([0.2, 0.1, 0.15, 0.2, 0.25, 0.1])
    expected = chisquare(counts, counts.sum() * target)
    statistic, freedom, p = chi_square(counts, target)
    assert (statistic, p) == pytest.approx((expected.statistic, expected.pvalue))
    assert freedom == 5


def test_an_answer_that_is_never_wanted_fits_no_law() -> None:
    assert chi_square([3, 3, 1], [0.5, 0.5, 0.0]) == (math.inf, 1, 0.0)
    assert chi_square([3, 3, 0], [0.5, 0.5, 0.0]) == (0.0, 1, 1.0)
    assert math.isnan(chi_square([0, 0], [0.5, 0.5])[0])


@pytest.mark.parametrize(
    ("counts", "target"),
    [
        ([6, 2, 0, 0], [0.25] * 4),
        ([3, 0, 1], [0.5, 0.25, 0.25]),
        ([4, 0, 0], [0.5, 0.5, 0.0]),
        ([1, 1], [0.5] * 2),
    ],
)
def test_p_of_few_draws_is_that_of_the_multinomial_law(counts: list[int], target: list[float]) -> None:
    """Of all counts that there can be, the probability of those with as great a statistic."""
    n, observed, exact = sum(counts), chi_square(counts, target)[0], 0.0
    for each in product(range(n + 1), repeat=len(target)):
        if sum(each) == n and chi_square(each, target)[0] >= observed - 1e-9:
            ways = math.factorial(n) / math.prod(map(math.factorial, each))
            exact += ways * math.prod(mass**count for mass, count in zip(target, each, strict=True))
    assert chi_square_p(counts, target) == pytest.approx(
        exact, abs=4 * math.sqrt(exact * (1 - exact) / 1e4) + 1e-4
    )


def test_a_perfect_sampler_is_rejected_as_seldom_as_it_says_however_few_the_draws() -> None:
    target, rng = 0.9 ** np.arange(100), np.random.default_rng(3)
    target /= target.sum()
    p = np.array([chi_square_p(rng.multinomial(20, target), target) for _ in range(1000)])
    rejected = (p <= 0.05).mean()
    assert 0.02 < rejected < 0.07
    # The approximation is far off: it rejects twice as often as it says.
    assert np.mean([chi_square(rng.multinomial(20, target), target)[2] <= 0.05 for _ in range(1000)]) > 0.1


def test_p_of_no_answer_is_unknown_and_of_an_impossible_one_nothing() -> None:
    assert math.isnan(chi_square_p([0, 0], [0.5, 0.5]))
    assert chi_square_p([3, 3, 1], [0.5, 0.5, 0.0]) == 0
