"""Numbers of imported values and counted answers, against figures that are computed by hand or in full."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from wideband.config import Study
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.estimate import Estimate
from wideband.metrics.per_problem import long_table
from wideband.metrics.reported import distinct_answers, nearest_share
from wideband.numbers.registry import ESTIMATORS, find
from wideband.numbers.study import planned

BOOT = Bootstrap(0.95, 200, 7)


def table(values: list[float], metric: str = "signatures", n: int = 10) -> pd.DataFrame:
    """Items `0`, `1`, … of one condition."""
    whose = {"arm": "a", "checkpoint": "base", "slice": "s"}
    uids = np.array([str(place) for place in range(len(values))], dtype=object)
    return long_table(whose, uids, {metric: (np.array(values), np.full(len(values), n))})


def problems(**options: int) -> pd.DataFrame:
    """Items with so many options, called 0, 1, …"""
    listed = [[str(each) for each in range(count)] for count in options.values()]
    return pd.DataFrame({"uid": [name.removeprefix("i") for name in options], "options": listed})


def estimate(name: str, *frames: pd.DataFrame, **args: object) -> Estimate:
    if find(name).resamples:
        args["boot"] = BOOT
    return find(name).function(list(frames), **args)


FIRST, SECOND = table([5.0, 7, 9, 9, 6, 8]), table([4.0, 7, 10, 5, 5, 6])
WHICH = {"metric": "signatures", "items": None}


def test_means_differences_and_signs_are_taken_item_by_item() -> None:
    assert estimate("values.mean", FIRST, **WHICH).value == pytest.approx(44 / 6)
    assert estimate("values.difference", FIRST, SECOND, **WHICH).value == pytest.approx(7 / 6)
    counts = {
        what: estimate("values.sign", FIRST, SECOND, **WHICH, what=what).value
        for what in ("higher", "equal", "lower")
    }
    assert counts == {"higher": 4, "equal": 1, "lower": 1}
    past = estimate("values.past", FIRST, **WHICH, threshold=7.0)
    assert (past.value, past.n) == (3, 6)


def test_a_group_of_items_is_taken_alone_and_a_few_items_have_no_interval() -> None:
    some = estimate("values.mean", FIRST, metric="signatures", items=["0", "2"])
    assert some == Estimate(7.0, None, 2)
    assert estimate("values.mean", FIRST, **WHICH).interval is not None


def test_effects_of_two_by_two() -> None:
    frames = [table([float(value)] * 6) for value in (8, 7, 9, 6)]
    effects = {
        what: estimate("values.effect", *frames, metric="signatures", what=what).value
        for what in ("training", "arm", "interaction")
    }
    assert effects == {"training": 2.0, "arm": 0.0, "interaction": 2.0}


def test_an_authors_interval_is_drawn_as_they_drew_it() -> None:
    values = np.array([5.0, 7, 9, 9, 6, 8])
    drawn = values[np.random.default_rng(42).integers(0, 6, size=(500, 6))].mean(axis=1)
    args = {"metric": "signatures", "draws": 500, "numpy_seed": 42, "confidence": 0.95}
    found = [estimate("values.numpy_end", FIRST, **args, end=end).value for end in ("low", "high")]
    assert found == pytest.approx(list(np.percentile(drawn, [2.5, 97.5])))


def test_a_printed_percentage_stands_for_a_whole_number() -> None:
    assert nearest_share(54.4, 57) == pytest.approx(100 * 31 / 57)
    assert abs(nearest_share(54.9, 57) - 54.9) > 0.05
    made = table([54.4], "percent_correct", 57)
    found = estimate("values.nearest_share", made, metric="percent_correct", confidence=0.95)
    assert found.n == 57 and found.interval[0] < found.value < found.interval[1]


@pytest.mark.parametrize(("n", "options"), [(5, 3), (6, 4), (4, 8)])
def test_distinct_answers_are_those_of_every_set_of_counts_with_that_tv(n: int, options: int) -> None:
    """All ways to draw: where every way that has a TV has as many different answers, that is the number."""
    seen: dict[float, set[int]] = {}
    for counts in itertools.product(range(n + 1), repeat=options):
        if sum(counts) == n:
            variation = sum(abs(count / n - 1 / options) for count in counts) / 2
            seen.setdefault(round(variation, 4), set()).add(sum(count > 0 for count in counts))
    for variation, numbers in seen.items():
        found = distinct_answers(variation, n, options)
        assert {found} == numbers if len(numbers) == 1 else math.isnan(found), (variation, numbers)


def test_sampled_variation_is_held_against_a_uniform_sampler() -> None:
    made, options = table([0.98], "sampled_variation", 50), problems(i0=100)
    assert estimate("choices.sampled_floor", made, options, items=None).value == pytest.approx(0.99**50)
    assert estimate("choices.excess", made, options, items=None).value == pytest.approx(0.98 - 0.99**50)
    assert estimate("choices.distinct", made, options, items=None).value == 2
    assert estimate("choices.floor", problems(i0=1000), n=200, items=None).value == pytest.approx(0.999**200)


def test_counted_answers_give_their_law_exactly() -> None:
    whose = {"arm": "a", "checkpoint": "base", "slice": "s", "uid": "0"}
    answers = pd.DataFrame(
        [{**whose, "answer": name, "count": count} for name, count in (("0", 6), ("1", 2), ("maybe", 2))]
    )
    frames = answers, problems(i0=4)

    def measured(what: str) -> float:
        return estimate("choices.measure", *frames, what=what).value

    assert measured("sampled_variation") == pytest.approx((abs(0.75 - 0.25) + 0 + 0.25 + 0.25) / 2)
    assert measured("chi_square") == pytest.approx((4**2 + 0 + 2**2 + 2**2) / 2)
    entropy = -0.75 * math.log(0.75) - 0.25 * math.log(0.25)
    assert measured("answers_effective") == pytest.approx(math.exp(entropy))
    assert measured("distinct_answers") == 2
    assert estimate("choices.valid", *frames, confidence=0.95).value == pytest.approx(0.8)
    assert estimate("choices.share", *frames, options=None, confidence=0.95).value == pytest.approx(0.75)
    assert estimate("choices.never", *frames, options=["1", "2", "3"]) == Estimate(2.0, None, 3)


def test_numbers_follow_from_what_the_files_give() -> None:
    values = {"format": "cells", "path": "a.csv", "slice": "s", "columns": {"tv": "sampled_variation"}}
    files = [
        {**values, "arm": "cold", "groups": {"two": ["x", "y"]}},
        {**values, "arm": "hot"},
        {**values, "arm": "cold", "checkpoint": "rl"},
        {**values, "arm": "hot", "checkpoint": "rl"},
        {"format": "problems", "slice": "s", "path": "p.json", "fields": {"options": "faces"}},
    ]
    made = Study(
        name="t",
        title="T",
        arms={"cold": {"scaffold": "plain"}, "hot": {"scaffold": "plain"}},
        compare=["cold", "hot"],
        stages={"rl": {"slice": "other", "steps": 1}},
        benchmarks={"s": {"n": 50}},
        imports={"root": "r", "licence": "MIT", "files": files},
    )
    ids = [request.id for request in planned(made)]
    assert len(set(ids)) == len(ids)
    wanted = {
        "sampled_variation.s.cold.base.two",
        "excess_variation.s.hot.rl",
        "sampled_variation.diff.s.cold.rl-base",
        "sampled_variation.lower.s.cold-hot.rl-base",
        "sampled_variation.effect.s.cold-hot.rl-base.interaction",
        "variation_floor.s",
        "cells.sampled_variation.s",
    }
    assert wanted <= set(ids)
    assert {request.estimator for request in planned(made)} <= set(ESTIMATORS)
