"""Diversity of embeddings and of texts, and the per-problem table."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_tables import embeddings, of, rollouts, verdicts
from sklearn.cluster import DBSCAN

from wideband.config.evaluation import Diversity
from wideband.metrics.diversity import bodies, diversity_table
from wideband.metrics.diversity_names import DIVERSITY_METRICS
from wideband.metrics.embeddings import cosine_distance, strategies, unit, variance_trace, vendi
from wideband.metrics.grams import encode, grams, holders
from wideband.metrics.per_problem import MetricError
from wideband.metrics.signatures import signature
from wideband.metrics.text_ngrams import ead

CFG = Diversity()
SEEDS = st.integers(0, 2**32 - 1)


def vectors(seed: int, n: int, d: int) -> np.ndarray:
    """Unit vectors (n, d)."""
    return unit(np.random.default_rng(seed).normal(size=(n, d)))


def vendi_of(rows: np.ndarray) -> float:
    """The score of one problem that has all the rows."""
    return vendi(rows, whole(rows))[0]


def whole(rows: np.ndarray) -> np.ndarray:
    """The bounds of one problem that has all the rows."""
    return np.array([0, len(rows)])


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(2, 16), st.integers(2, 20))
def test_cosine_distance_equals_the_mean_over_all_pairs(seed: int, n: int, d: int) -> None:
    rows = vectors(seed, n, d)
    pairs = (1 - rows @ rows.T)[np.triu_indices(n, 1)]
    assert cosine_distance(rows.sum(0)[None], [n])[0] == pytest.approx(pairs.mean(), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(2, 16))
def test_variance_trace_is_the_trace_of_the_covariance(seed: int, n: int) -> None:
    rows = vectors(seed, n, 5)
    expected = np.trace(np.cov(rows.T, ddof=0))
    assert variance_trace(rows.sum(0)[None], [n])[0] == pytest.approx(expected, abs=1e-12)


def test_spread_of_one_vector_is_unknown() -> None:
    one = vectors(0, 1, 3)
    assert np.isnan(cosine_distance(one, [1])[0]) and np.isnan(variance_trace(one, [1])[0])
    assert math.isnan(vendi_of(one)) and math.isnan(strategies(one, whole(one), 0.25, 2)[0])


def test_vendi_counts_identical_as_one_and_orthogonal_as_n() -> None:
    assert vendi_of(np.tile([[0.6, 0.8]], (7, 1))) == pytest.approx(1)
    assert vendi_of(np.eye(6)) == pytest.approx(6)
    assert vendi_of(np.repeat(np.eye(3), 4, axis=0)) == pytest.approx(3)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(2, 12), st.integers(2, 12))
def test_vendi_is_the_same_from_either_gram_matrix(seed: int, n: int, d: int) -> None:
    rows = vectors(seed, n, d)
    wide = np.hstack([rows, np.zeros((n, 20))])  # n <= d: the n × n kernel
    tall = np.linalg.eigvalsh(rows.T @ rows / n)
    tall = tall[tall > 1e-12]
    assert vendi_of(wide) == pytest.approx(np.exp(-np.sum(tall * np.log(tall))))
    assert vendi_of(rows) == pytest.approx(vendi_of(wide))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.lists(st.integers(0, 16), min_size=1, max_size=6), st.integers(1, 4), st.floats(0.02, 0.6))
def test_strategies_are_dbscan_clusters_and_noise(
    seed: int, sizes: list[int], least: int, eps: float
) -> None:
    rows, bounds = vectors(seed, max(1, sum(sizes)), 3), np.cumsum([0, *sizes])
    found = strategies(rows, bounds, eps, least)
    for n, start, count in zip(sizes, bounds, found, strict=False):
        if n < 2:
            assert math.isnan(count)
            continue
        labels = DBSCAN(eps=eps, min_samples=least, metric="cosine").fit(rows[start : start + n]).labels_
        assert count == len(set(labels[labels >= 0])) + np.sum(labels < 0)


def test_vendi_of_many_problems_is_that_of_each() -> None:
    rows, bounds = vectors(5, 40, 6), np.array([0, 3, 4, 4, 20, 23, 40])
    each = [vendi_of(rows[start:end]) for start, end in pairwise(bounds)]
    np.testing.assert_allclose(vendi(rows, bounds), each, rtol=0, atol=1e-12)


def test_a_zero_embedding_is_an_error() -> None:
    with pytest.raises(ValueError, match="embed the slice again"):
        unit(np.zeros((1, 3)))


def distinct_of(texts: list[np.ndarray], order: int, vocabulary: int) -> float:
    """EAD of one problem's encoded texts."""
    group = np.zeros(len(texts), dtype=np.int64)
    return ead(holders(grams(texts, [order], group)), group, 1, vocabulary)[0]


def test_distinct_ngrams_are_divided_by_their_expectation() -> None:
    codes = encode(["a b a", "b c"])
    expected = 3 / (10 * (1 - 0.9**5))
    assert distinct_of(codes, 1, 10) == pytest.approx(expected)
    assert distinct_of(codes, 2, 10) == pytest.approx(3 / (10 * (1 - 0.9**3)))
    assert math.isnan(distinct_of(codes, 4, 10))


def test_distinct_ngrams_do_not_punish_length() -> None:
    rng = np.random.default_rng(0)
    draws = [distinct_of([rng.integers(0, 50, size)], 1, 50) for size in (20, 200)]
    assert draws == pytest.approx([1, 1], abs=0.15)


def test_ngrams_do_not_run_across_texts() -> None:
    assert distinct_of(encode(["a", "b"]), 1, 100) > 0
    assert math.isnan(distinct_of(encode(["a", "b"]), 2, 100))


def test_signatures_are_numbers_in_order_whatever_their_spelling() -> None:
    assert signature("Take 1,200.50 and 3.") == ("1200.5", "3")
    assert signature("first 3, then 1200.5") == ("3", "1200.5")
    texts: list[str | None] = ["2 + 2 = 4", "2 plus 2 is 4.0", "no number"]
    found = table([True, False, True], vectors(0, 3, 4), texts)
    assert of(found, "a", "numeric_signatures") == pytest.approx(2 / 3)
    assert of(found, "a", "numeric_signatures.correct") == 1


def test_measures_of_each_problem_are_those_of_the_problem_alone() -> None:
    texts = ["the 3 cats", "a 3 and a 4", "3 4", "the 3 cats", "4 or 3 dogs", "3 cats", "cats"]
    rows = vectors(3, 7, 5)
    first, second = verdicts({"a": [True, True, False]}), verdicts({"b": [True, False, True, True]})

    def measured(graded: pd.DataFrame, kept: slice) -> pd.DataFrame:
        drawn = rollouts(graded, range(len(graded)))
        return diversity_table(drawn, graded, embeddings(graded, rows[kept]), texts[kept], CFG)

    found = measured(pd.concat([first, second], ignore_index=True), slice(None))
    apart = pd.concat([measured(first, slice(3)), measured(second, slice(3, 7))])
    key = ["uid", "metric"]
    pd.testing.assert_frame_equal(
        found.sort_values(key, ignore_index=True), apart.sort_values(key, ignore_index=True)
    )


def table(correct: list[bool | None], rows: np.ndarray, texts: list[str | None]) -> pd.DataFrame:
    """Diversity table of one problem `a`."""
    graded = verdicts({"a": correct})
    drawn = rollouts(graded, [5] * len(correct))
    return diversity_table(drawn, graded, embeddings(graded, rows), texts, CFG)


def test_correct_metrics_use_correct_rollouts_only() -> None:
    found = table([True, True, False, None], np.eye(4)[[0, 0, 1, 2]], ["1", "1", "2", "3"])
    assert of(found, "a", "vendi.correct") == pytest.approx(1)
    assert of(found, "a", "vendi") > 2
    assert of(found, "a", "numeric_signatures.correct") == 0.5
    assert found.set_index("metric")["n"][["vendi", "vendi.correct"]].tolist() == [4, 2]


def test_fewer_than_two_usable_rollouts_give_nan_for_every_metric() -> None:
    found = table([True, False, True], np.eye(3), ["2 + 2 = 4, so four", None, "  "])
    assert found["value"].isna().all() and len(found) == 2 * len(DIVERSITY_METRICS)
    assert found["n"].tolist() == [1] * len(found)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)))
def test_shuffling_rollouts_changes_nothing(order: list[int]) -> None:
    rows, texts = vectors(3, 6, 4), ["1 and 2", "2", "3 of 4", "4 by 5", "1 and 2", "7 x"]
    graded = verdicts({"a": [True, False, True], "b": [True, True, False]})
    drawn, vector = rollouts(graded, range(6)), embeddings(graded, rows)
    mixed = diversity_table(drawn.iloc[order], graded, vector.iloc[order], [texts[i] for i in order], CFG)
    pd.testing.assert_frame_equal(mixed, diversity_table(drawn, graded, vector, texts, CFG))


def test_bodies_of_another_table_are_an_error() -> None:
    with pytest.raises(MetricError, match="1 bodies for 2 rollouts"):
        table([True, True], np.eye(2), ["one"])


def test_bodies_are_read_by_the_scaffold() -> None:
    drawn = rollouts(verdicts({"a": [True, False, False]}), [3, 1, 0])
    drawn["completion"] = ["<think>2 + 2</think><answer>4", "four, of course", " "]
    assert bodies(drawn, "think") == ["2 + 2", "four, of course", None]
