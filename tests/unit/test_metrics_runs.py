"""Numbers over training runs: intervals and tests on simulated data whose seed effect is known."""

import math

import numpy as np
import pytest

from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.estimate import Estimate
from wideband.metrics.runs import Recorded, mean_of_runs, t_test_of_runs

ITEMS, REPEATS = 50, 200


def simulated(runs: int, seed_effect: float, rng: np.random.Generator) -> np.ndarray:
    """(S, P) values of mean zero: an effect of the item, one of the seed, and what is left."""
    items, seeds = rng.normal(0, 0.3, ITEMS), rng.normal(0, seed_effect, (runs, 1))
    return items + seeds + rng.normal(0, 0.3, (runs, ITEMS))


def over(values: np.ndarray, seed: int, within: tuple[float, float] | None = None) -> Estimate:
    boot = Recorded(resamples=400, seed=seed)
    return mean_of_runs([boot.mean(run, within) for run in values], boot)


@pytest.mark.parametrize(("runs", "effect"), [(2, 0.2), (3, 0.05), (3, 0.2), (5, 0.2), (10, 0.2), (5, 0.0)])
def test_the_interval_covers_where_seeds_have_an_effect(runs: int, effect: float) -> None:
    rng, covered, of_items, rejected = np.random.default_rng(runs), 0, 0, 0
    for repeat in range(REPEATS):
        values = simulated(runs, effect, rng)
        low, high = over(values, repeat).interval
        covered += low <= 0 <= high
        low, high = Bootstrap(resamples=400, seed=repeat).mean(values.mean(axis=0)).interval
        of_items += low <= 0 <= high
        rejected += t_test_of_runs(list(values))[1] < 0.05
    assert covered / REPEATS >= 0.92
    # Two runs say little of a variance; from three on the test keeps its level.
    assert rejected / REPEATS <= (0.15 if runs == 2 else 0.08)
    if effect == 0.2:  # What an interval over items alone would be worth.
        assert of_items / REPEATS < 0.8


def test_runs_that_agree_have_the_interval_of_one() -> None:
    values = np.random.default_rng(3).normal(0, 1, ITEMS)
    one = Bootstrap(resamples=400, seed=1).mean(values)
    assert over(np.stack([values] * 3), 1) == Estimate(
        pytest.approx(one.value), pytest.approx(one.interval), one.n
    )


def test_an_interval_stays_in_the_range_and_has_a_width_where_all_items_agree() -> None:
    none = over(np.zeros((3, ITEMS)), 1, (0.0, 1.0))
    assert none.value == 0 and none.interval[0] == 0 and 0.02 < none.interval[1] < 0.1
    apart = over(np.repeat([[0.0], [1.0], [1.0]], ITEMS, axis=1), 1, (0.0, 1.0))
    assert apart.interval == (0.0, 1.0)


def test_one_exact_item_has_an_interval_over_runs_alone_and_none_where_they_agree() -> None:
    assert Bootstrap().exact(0.4, (0.0, 1.0)) == Estimate(0.4, None, 1)

    def of_runs(*values: float) -> Estimate:
        boot = Recorded(resamples=400)
        return mean_of_runs([boot.exact(value, (0.0, 1.0)) for value in values], boot)

    found = of_runs(0.40, 0.45, 0.50)
    assert (found.value, found.n) == (pytest.approx(0.45), 1)
    # As wide as Student's interval of three values, whose ends are 0.124 off.
    assert found.interval == (pytest.approx(0.45 - 0.124, abs=0.03), pytest.approx(0.45 + 0.124, abs=0.03))
    assert of_runs(0.4, 0.9, 0.9).interval[1] == 1.0
    assert of_runs(0.4, 0.4, 0.4) == Estimate(pytest.approx(0.4), None, 1)


def test_what_a_run_cannot_give_the_mean_cannot() -> None:
    boot = Recorded(resamples=100)
    ratios = [boot.ratio(np.ones(5), solved) for solved in (np.ones(5), np.zeros(5))]
    assert math.isnan(mean_of_runs(ratios, boot).value)


def test_a_ratio_without_a_bound_keeps_none() -> None:
    boot = Recorded(resamples=400)
    solved = [np.array([1.0, 0, 0, 0, 0]), np.array([1.0, 1, 0, 0, 0])]
    found = mean_of_runs([boot.ratio(np.ones(5), each) for each in solved], boot)
    assert found.value == 3.75 and found.interval[0] < found.value and math.isinf(found.interval[1])


def test_one_run_of_a_test_differs_by_nothing_from_students_where_runs_are_equal() -> None:
    values = np.random.default_rng(4).normal(0.2, 1, ITEMS)
    t, p = t_test_of_runs([values, values])
    assert t == pytest.approx(values.mean() / (values.std(ddof=1) / math.sqrt(ITEMS)))
    assert 0 < p < 1 and all(map(math.isnan, t_test_of_runs([np.zeros(9), np.zeros(9)])))
