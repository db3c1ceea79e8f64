"""pass@k: the estimator, its table, and two arms compared."""

import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_tables import of, verdicts

from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.passk import curve, pass_at_k, passk_table, reported_ks
from wideband.metrics.passk_compare import crossover, difference, gap_closure, overlap
from wideband.metrics.per_problem import MetricError
from wideband.tables import read_table, write_table

BOOT = Bootstrap(resamples=200)
COUNTS = st.integers(1, 24).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
OUTCOMES = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=6),
    min_size=1,
    max_size=6,
)


def solved(*counts: int, n: int = 4, **key: str) -> pd.DataFrame:
    """passk table of problems p0, p1, … with the given numbers of correct rollouts of n."""
    return passk_table(verdicts({f"p{i}": [j < c for j in range(n)] for i, c in enumerate(counts)}, **key))


@settings(max_examples=30, deadline=None)
@given(COUNTS, st.integers(1, 6))
def test_pass_at_1_is_the_mean_and_does_not_depend_on_n(count: tuple[int, int], times: int) -> None:
    n, c = count
    assert pass_at_k([n], [c], 1)[0, 0] == c / n
    assert pass_at_k([n * times], [c * times], 1)[0, 0] == c / n


@settings(max_examples=30, deadline=None)
@given(COUNTS)
def test_pass_at_k_never_falls_with_k(count: tuple[int, int]) -> None:
    values = pass_at_k([count[0]], [count[1]], count[0])[0]
    assert np.all(np.diff(values) >= 0)
    assert values[-1] == (count[1] > 0)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_subsets_with_a_correct_rollout(case: tuple[int, int, int]) -> None:
    n, c, k = case
    subsets = list(itertools.combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k([n], [c], k)[0, k - 1] == pytest.approx(np.mean([any(s) for s in subsets]))


def test_pass_at_k_equals_the_formula_in_exact_integers() -> None:
    for n in (1, 2, 5, 16, 61):
        exact = [[1 - Fraction(comb(n - c, k), comb(n, k)) for k in range(1, n + 1)] for c in range(n + 1)]
        values = pass_at_k([n] * (n + 1), range(n + 1), n)
        assert np.abs(values - np.array(exact, dtype=float)).max() < 1e-12
    n, k = 4096, 512
    exact = [float(1 - Fraction(comb(n - c, k), comb(n, k))) for c in (0, 1, 7, 100, 4000, n)]
    assert pass_at_k([n] * 6, [0, 1, 7, 100, 4000, n], n)[:, k - 1] == pytest.approx(exact, abs=1e-12)


def test_many_samples_are_reported_at_powers_of_two() -> None:
    assert reported_ks(5) == [1, 2, 3, 4, 5] and len(reported_ks(128)) == 128
    assert reported_ks(1000)[126:] == [127, 128, 256, 512, 1000]
    table = passk_table(verdicts({"a": [True] + [False] * 299}))
    assert of(table, "a", "pass@256") == pytest.approx(256 / 300) and of(table, "a", "pass@300") == 1
    assert not (table["metric"] == "pass@299").any()


def test_pass_at_k_is_nan_where_n_is_below_k() -> None:
    values = pass_at_k([2, 4], [2, 4], 4)
    assert values[0].tolist()[:2] == [1.0, 1.0] and np.isnan(values[0, 2:]).all()
    assert values[1].tolist() == [1.0] * 4


def test_more_correct_than_rollouts_is_an_error() -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        pass_at_k([2], [3], 1)


@settings(max_examples=30, deadline=None)
@given(OUTCOMES, st.randoms())
def test_shuffling_rows_changes_nothing(outcomes: dict, random) -> None:
    table = verdicts(outcomes)
    order = list(range(len(table)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(passk_table(table), passk_table(table.iloc[order]))


def test_an_undecided_verdict_counts_as_wrong() -> None:
    table = passk_table(verdicts({"a": [True, None, False], "b": [None, None, None]}))
    assert of(table, "a", "pass@1") == pytest.approx(1 / 3)
    assert of(table, "b", "pass@1") == 0 == of(table, "b", "pass@3")
    assert table["n"].unique().tolist() == [3]


@settings(max_examples=30, deadline=None)
@given(OUTCOMES)
def test_not_deciding_a_wrong_answer_changes_nothing(outcomes: dict) -> None:
    decided = {uid: [value is True for value in each] for uid, each in outcomes.items()}
    pd.testing.assert_frame_equal(passk_table(verdicts(outcomes)), passk_table(verdicts(decided)))


def test_the_table_is_written_and_read_with_its_nan(tmp_path) -> None:
    table = passk_table(verdicts({"a": [True, False], "b": [True]}))
    write_table(table, tmp_path / "t.parquet", "metrics")
    assert np.isnan(of(read_table(tmp_path / "t.parquet", "metrics"), "b", "pass@2"))


def test_two_slices_in_one_table_are_an_error() -> None:
    mixed = pd.concat([verdicts({"a": [True]}), verdicts({"a": [True]}, slice="other")])
    with pytest.raises(MetricError, match="exactly one"):
        passk_table(mixed)


def test_the_curve_averages_problems() -> None:
    assert curve(solved(0, 4, 2)).tolist() == pytest.approx([0.5, (1 + 5 / 6) / 3, 2 / 3, 2 / 3])


def test_the_difference_is_paired_over_shared_problems() -> None:
    first, second = solved(4, 2, 0), solved(0, 2)
    estimate = difference(first, second, 1, BOOT)
    assert (estimate.value, estimate.n) == (0.5, 2)
    assert estimate.interval == (0.0, 1.0)


def test_the_difference_beyond_n_is_nan() -> None:
    estimate = difference(solved(1), solved(1), 5, BOOT)
    assert np.isnan(estimate.value) and estimate.interval is None and estimate.n == 0


def test_gap_closure_counts_the_points_by_which_the_gap_shrinks() -> None:
    wide, deep = solved(1, 1), solved(4, 0)  # pass@1: 0.25 and 0.5; pass@4: 1 and 0.5
    assert gap_closure(wide, deep, 4, BOOT).value == pytest.approx(75)
    assert gap_closure(deep, wide, 4, BOOT).value == pytest.approx(75)
    assert gap_closure(wide, wide, 4, BOOT).value == 0
    assert gap_closure(wide, deep, 1, BOOT).value == 0


def test_crossover_is_the_first_k_with_the_other_sign() -> None:
    wide, deep = solved(1, 1), solved(4, 0)
    assert crossover(wide, deep) == 3  # a tie at k = 2 is not yet a crossover
    assert crossover(deep, wide) == 3
    assert crossover(solved(1), solved(2)) is None
    assert crossover(wide, wide) is None


def test_overlap_counts_each_shared_problem_once() -> None:
    counts = overlap(solved(1, 0, 3, 0, 2), solved(0, 1, 1, 0))
    assert counts == {"first_only": 1, "second_only": 1, "both": 1, "neither": 1}
