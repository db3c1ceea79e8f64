"""Estimators that only imported results use: curves without problems, splits as published, policies."""

import pandas as pd
import pytest

from wideband.metrics.estimate import Estimate
from wideband.metrics.intervals import newcombe, wilson
from wideband.numbers.registry import find

CURVE = pd.DataFrame(
    [(0, "all", 0.14), (0, "amc", 0.32), (90, "all", 0.29), (90, "amc", 0.52), (95, "all", 0.2925)],
    columns=["step", "source", "accuracy"],
)
PROBLEMS = pd.DataFrame({"uid": range(100), "source": ["amc"] * 25 + ["aime"] * 75})


def estimate(name: str, *frames: pd.DataFrame, **args: object) -> Estimate:
    """An estimator on tables."""
    return find(name).function(list(frames), **args)


def curve(name: str, step: int, source: str) -> Estimate:
    return estimate(name, CURVE, PROBLEMS, step=step, source=source, confidence=0.95)


def test_an_accuracy_of_one_rollout_a_problem_has_wilsons_interval() -> None:
    assert curve("curve.accuracy", 90, "all") == Estimate(0.29, wilson(29, 100), 100)
    assert curve("curve.accuracy", 90, "amc") == Estimate(0.52, wilson(13, 25), 25)


def test_a_gain_is_not_paired() -> None:
    found = curve("curve.gain", 90, "amc")
    assert found.value == pytest.approx(0.2)
    assert found.interval == newcombe((13, 25), (8, 25))


def test_an_accuracy_of_several_rollouts_a_problem_has_no_interval() -> None:
    assert curve("curve.accuracy", 95, "all") == Estimate(0.2925, None, 100)
    assert curve("curve.gain", 95, "all").interval is None


def test_what_was_not_published_is_undefined() -> None:
    for step, source in ((50, "all"), (90, "hmmt")):
        found = curve("curve.accuracy", step, source)
        assert found.value != found.value and found.interval is None


def test_two_splits_are_compared_by_uid() -> None:
    ours, theirs = (pd.DataFrame({"uid": list(uids)}) for uids in ("abc", "bcde"))
    counts = {
        w: estimate("split.shared", ours, theirs, what=w) for w in ("shared", "first_only", "second_only")
    }
    assert {what: (each.value, each.n) for what, each in counts.items()} == {
        "shared": (2, 5),
        "first_only": (1, 5),
        "second_only": (2, 5),
    }


def test_policies_are_the_same_when_their_sources_name_them_so() -> None:
    one, other = (pd.DataFrame({"policy": [name]}) for name in ("run/a", "run/b"))
    assert [estimate("policy.same", one, each).value for each in (one, other)] == [1, 0]


def test_what_is_missing_is_counted_unless_nobody_knows_how_much() -> None:
    known = pd.DataFrame({"reason": ["a", "b"], "rollouts": [1, 2], "present": [5, 5]})
    found = estimate("imported.missing", known)
    assert (found.value, found.n) == (3, 5)
    unknown = estimate("imported.missing", known.assign(rollouts=[1, None]))
    assert unknown.value != unknown.value
