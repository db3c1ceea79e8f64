"""Shares of the base: two ways to put them together, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest

from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.shares import falls, most_lost, share
from wideband.numbers.estimators import lineage

BOOT = Bootstrap(resamples=400)
# Base, after one stage, after two, on two tasks of which one had ten times as much to lose.
SMALL, LARGE = np.full((3, 1), 0.1), np.full((3, 1), 1.0)
SMALL[1:] = [[0.05], [0.01]]
LARGE[1:] = [[0.9], [0.8]]
TASKS = np.hstack([SMALL, LARGE])


def change(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return found[1] - found[0], found[0]


def frame(values: dict[str, list[float]]) -> pd.DataFrame:
    """A metrics table: by metric the values of items."""
    rows = [(f"q{at}", metric, value) for metric, each in values.items() for at, value in enumerate(each)]
    return pd.DataFrame(rows, columns=["uid", "metric", "value"]).assign(n=4)


def test_a_mean_of_ratios_is_not_a_ratio_of_means() -> None:
    assert share([TASKS], change, "ratios", BOOT).value == pytest.approx(-30)
    assert share([TASKS], change, "means", BOOT).value == pytest.approx(-100 * 0.15 / 1.1)
    assert share([TASKS], change, "least", BOOT).value == pytest.approx(-50)
    assert share([TASKS], change, "median", BOOT).interval is None


def test_a_base_that_is_nothing_but_rounding_is_no_denominator() -> None:
    tiny = np.hstack([TASKS, [[2e-16], [0.3], [0.1]]])
    assert share([tiny], change, "ratios", BOOT).value == pytest.approx(-30)
    found = [most_lost([each], "ratios", 1, BOOT).value for each in (tiny, TASKS)]
    assert found[0] == found[1]


@pytest.mark.parametrize("how", ["ratios", "means"])
def test_a_share_of_a_base_of_zero_is_not_defined(how: str) -> None:
    nothing = np.array([[0.0] * 6, [0.1] * 6, [0.2] * 6])
    rounding = np.array([[2e-16] * 6, [0.1] * 6, [0.2] * 6])
    for found in (nothing, rounding):
        assert np.isnan(share([found], change, how, BOOT).value)
        assert share([found], change, how, BOOT).interval is None
    # Nor is a mean of ratios over benchmarks of which one has such a base; together they have one.
    both = share([TASKS, nothing], change, how, BOOT)
    assert np.isnan(both.value) if how == "ratios" else np.isfinite(both.value)


def test_of_several_benchmarks_the_ratios_are_those_of_their_means() -> None:
    rng = np.random.default_rng(1)
    parts = ((rng.uniform(0.2, 1, 40), 0.5), (rng.uniform(2, 3, 30), 0.9))
    cells = [np.vstack([base, base * kept]) for base, kept in parts]
    found = share(cells, change, "ratios", BOOT)
    assert found.value == pytest.approx(-30) and found.n == 70
    whole = share(cells, change, "means", BOOT)
    means = [cell.mean(axis=1) for cell in cells]
    assert whole.value == pytest.approx(100 * (sum(m[1] for m in means) / sum(m[0] for m in means) - 1))
    assert whole.interval[0] <= whole.value <= whole.interval[1]


def test_the_stage_that_loses_most_is_as_sure_as_its_lead() -> None:
    rng = np.random.default_rng(2)
    base = rng.uniform(0.5, 1, 60)
    first, second = base - rng.normal(0.1, 0.02, 60), base - rng.normal(0.2, 0.3, 60)
    sure = [np.vstack([base, first, first - 0.01])]
    assert [most_lost(sure, how, 1, BOOT).value for how in ("ratios", "means")] == [1, 1]
    assert most_lost(sure, "means", 2, BOOT).value == 0
    open_ = [np.vstack([base, first, second])]
    shares = [most_lost(open_, "means", member, BOOT).value for member in (1, 2)]
    assert sum(shares) == pytest.approx(1) and min(shares) > 0.01


def test_items_without_a_base_are_no_part_of_who_loses_most() -> None:
    chain = np.array([[0, 1.0, 2.0, 0], [9, 0.9, 1.8, 9], [0, 0.5, 1.0, 0]])
    found = most_lost([chain], "ratios", 2, BOOT)
    assert (found.value, found.n) == (1, 2)
    none = most_lost([chain[:, [0, 3]]], "ratios", 1, BOOT)
    assert np.isnan(none.value) and none.n == 0
    apart = [chain[:, [0, 3]], chain[:, 1:3]]
    for member in (1, 2):
        assert np.isnan(most_lost(apart, "ratios", member, BOOT).value)


@pytest.mark.parametrize("how", ["ratios", "means"])
def test_where_every_stage_gains_none_loses_most(how: str) -> None:
    rising = np.array([[0.1, 0.2, 0.3], [0.2, 0.4, 0.6], [0.8, 0.9, 0.9]])
    for cells in ([rising], [rising, rising]):
        assert all(np.isnan(most_lost(cells, how, member, BOOT).value) for member in (1, 2))
    # One item of many falls: of the draws that it decides, all say the same.
    mixed = np.hstack([rising, [[0.5], [0.5], [0.1]]])
    assert most_lost([mixed], how, 2, BOOT).value == 1 and most_lost([mixed], how, 1, BOOT).value == 0


def test_what_was_not_lost_for_sure_cannot_be_recovered() -> None:
    rng = np.random.default_rng(3)
    base = rng.uniform(0.5, 1, 50)
    noise = rng.normal(0, 0.05, 50)
    noise -= noise.mean()
    assert not falls([np.vstack([base, base + noise])], BOOT)
    for lost, defined in ((noise, False), (noise - 0.2, True)):
        tables = [frame({"m": list(each)}) for each in (base, base + lost, base + lost / 2)]
        cells = lineage.cells(tables, "m", 1, None)
        found = lineage.recovered(cells, "m", 1, None, "means", BOOT)
        assert np.isnan(found.value) != defined
    assert found.value == pytest.approx(50)


def test_all_and_correct_outputs_are_held_against_each_other_on_the_same_prompts() -> None:
    nan = float("nan")
    base = frame({"m": [0.9, 0.8, 0.7, 0.6, 0.9, 5.0], "m.correct": [0.5, 0.4, 0.5, 0.4, 0.5, nan]})
    later = frame({"m": [0.5, 0.4, 0.3, 0.2, 0.5, 0.1], "m.correct": [0.3, 0.2, 0.3, 0.2, 0.3, 0.2]})
    both = lineage.halves([base, later], "m", "m.correct", None)
    assert both.shape == (4, 5)
    found = lineage.residual(both, "m", "m.correct", None, "means", BOOT)
    assert found.value == pytest.approx(50) and found.n == 5
    one = lineage.halves([base], "m", "m.correct", None)
    assert lineage.gap(one, "m", "m.correct", None, BOOT).value == pytest.approx(0.32)
    assert lineage.same(one, "m", "m.correct", None, BOOT).value == pytest.approx(0.78)
