"""Two studies beside each other: which settings differ, and the interval of a number's difference."""

import numpy as np
import pandas as pd
import pytest

from wideband.comparison.by_item import Items, read
from wideband.comparison.numbers import BEYOND, PAIRED, Pair, independent, paired
from wideband.comparison.settings import Setting, differing, meaning
from wideband.comparison.text import cells, cut
from wideband.comparison.words import by_benchmark, rows
from wideband.config import load_study
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.intervals import newcombe, wilson
from wideband.metrics.passk import passk_table
from wideband.numbers import NumberRecord


def rate(successes: int, n: int) -> NumberRecord:
    told = {"unit": "fraction", "estimator": "accuracy.hit_rate", "args": {}, "seed": None, "inputs": ()}
    return NumberRecord("hit_rate", successes / n, ci=wilson(successes, n), n=n, fingerprint="", **told)


def test_settings_are_told_by_key_and_whole_where_only_one_study_has_them() -> None:
    first = {"stages": {"a": {"lr": 0.1, "steps": 2}}, "seeds": [1], "kept": None}
    second = {"stages": {"a": {"lr": 0.2, "steps": 2}, "b": {"lr": 1}}, "seeds": [1, 2], "kept": None}
    assert list(differing(first, second)) == [
        Setting("stages.a.lr", "0.1", "0.2"),
        Setting("stages.b", None, '{"lr": 1}'),
        Setting("seeds", "[1]", "[1, 2]"),
    ]
    assert list(differing(first, first)) == []


def test_a_value_that_is_null_is_not_one_that_is_absent() -> None:
    assert list(differing({"k": None}, {})) == [Setting("k", "null", None)]
    assert (cut("null"), cut(None)) == ("null", "(not there)")


@pytest.mark.parametrize(("first", "second"), [((3, 40), (19, 40)), ((0, 8), (8, 8)), ((5, 9), (50, 90))])
def test_of_independent_rates_the_interval_is_newcombes(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    assert independent(rate(*first), rate(*second)) == pytest.approx(newcombe(first, second))


def test_an_unbounded_end_leaves_the_difference_unbounded() -> None:
    told = {"unit": "tokens", "estimator": "x", "args": {}, "seed": None, "inputs": (), "fingerprint": ""}
    known = NumberRecord("x", 5.0, ci=(4.0, 6.0), n=9, **told)
    open_above = NumberRecord("x", 9.0, ci=(8.0, None), n=9, **told)
    low, high = independent(known, open_above)
    assert (low, high) == (-np.inf, -4 + np.hypot(1, 1))


def test_shared_items_make_a_steady_difference_certain() -> None:
    """Items differ far more among each other than between the studies."""
    hard = pd.Series(np.linspace(0, 0.9, 30), index=[f"u{place:02d}" for place in range(30)])
    first = Items(hard + 0.1, pd.Series(1.0, hard.index), (0.0, 1.0))
    second = Items(hard, pd.Series(1.0, hard.index), (0.0, 1.0))
    low, high = paired(first, second, Bootstrap())
    # All differences agree, so the interval is the score interval over thirty items.
    assert 0.1 - 0.13 < low <= 0.1 <= high < 0.1 + 0.12
    noisy = Items(hard + 0.1 * (np.arange(30) % 3), pd.Series(1.0, hard.index), (0.0, 1.0))
    assert paired(noisy, second, Bootstrap())[0] > 0


def test_a_quotient_is_drawn_with_both_its_sums() -> None:
    tokens = pd.Series([10.0, 30.0, 20.0, 40.0, 10.0], index=list("abcde"))
    right = pd.Series([1.0, 2.0, 1.0, 2.0, 1.0], index=list("abcde"))
    half = Items(tokens / 2, right, None)
    whole = Items(tokens, right, None)
    low, high = paired(whole, half, Bootstrap())
    assert low > 0 and low <= whole.value - half.value <= high


def test_items_give_the_number_again() -> None:
    rng = np.random.default_rng(4)
    verdicts = pd.DataFrame(
        {
            **{"arm": "a", "checkpoint": "base", "slice": "s", "status": "graded"},
            "uid": np.repeat([f"u{place}" for place in range(6)], 4),
            "sample": np.tile(range(4), 6),
            "correct": rng.random(24) < 0.4,
        }
    )
    table = passk_table(verdicts)
    items = read("passk.mean", [table], {"k": 1})
    assert items.value == pytest.approx(verdicts["correct"].mean())
    assert read("accuracy.hit_rate", [table], {}).value == pytest.approx(verdicts["correct"].mean())
    assert read("passk.mean", [table], {"k": 1, "runs": 3}) is None
    assert read("passk.crossover", [table], {}) is None


def test_a_setting_is_told_in_the_words_of_the_documentation() -> None:
    study = load_study("nano")
    assert meaning(study, "stages.olympiad_rlvr.lr").startswith("learning rate")
    assert [meaning(study, key) for key in ("stages.absent.lr", "stages.olympiad_rlvr.absent", "")] == [
        ""
    ] * 3


def test_numbers_are_told_by_benchmark_in_words_and_rounded_by_their_intervals() -> None:
    told = {
        "unit": "fraction",
        "estimator": "passk.mean",
        "args": {},
        "seed": 7,
        "inputs": (),
        "fingerprint": "",
    }
    name = "pass@1.gsm8k_test.panel.olympiad_rlvr"
    first = NumberRecord(name, 0.61234, ci=(0.51, 0.71), n=40, **told)
    second = NumberRecord(name, 0.5, ci=(0.4, 0.6), n=80, **told)
    other = NumberRecord("vendi.math_test.think.base", 1.5, ci=None, n=8, **(told | {"unit": "solutions"}))
    pairs = [
        Pair(first, second, BEYOND, 0.11234, (0.0123, 0.2123), PAIRED),
        Pair(other, other, "no interval", 0.0, why="no interval is known of it"),
    ]
    study = load_study("nano")
    (accuracy, (row,)), (_, (vendi,)) = by_benchmark(rows(pairs, study))
    assert accuracy.startswith(study.benchmarks["gsm8k_test"].title)
    assert cells(row) == [
        *("accuracy", "panel, olympiad rlvr", "61% [51%, 71%]", "50% [40%, 60%]"),
        *("+11 points [+1, +21]", "40 and 80", PAIRED, name),
    ]
    assert (vendi.values, vendi.intervals, vendi.interval) == (("1.5", "1.5"), ("", ""), "")
    assert vendi.how == "no interval is known of it"
