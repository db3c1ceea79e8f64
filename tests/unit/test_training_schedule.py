"""Which problem each step gets: balanced turns, whole epochs, the same for the same seed."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from wideband.config.training import Grpo
from wideband.training.schedule import training_order

SUBJECTS = ["algebra"] * 9 + ["geometry"] * 4 + ["number theory"] * 2
PROBLEMS = pd.DataFrame(
    {"uid": [f"u{index}" for index in range(15)], "subject": SUBJECTS, "source": ["a", "b", "c"] * 5}
)


def order(steps: int = 5, groups: int = 3, seed: int = 1, **more: object) -> pd.DataFrame:
    stage = Grpo(slice="s", steps=steps, groups=groups, max_tokens=1, seed=seed, **more)
    return training_order(PROBLEMS, stage, steps)


def test_every_step_sees_all_subjects_as_evenly_as_it_can() -> None:
    ordered = order(steps=6, groups=3, balance="subject")
    for step in range(6):
        assert set(ordered["subject"][3 * step : 3 * step + 3]) == set(SUBJECTS)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 12), st.integers(1, 7), st.integers(0, 9))
def test_turns_never_get_ahead_by_more_than_one(steps: int, groups: int, seed: int) -> None:
    ordered = order(steps, groups, seed, balance="subject")
    assert len(ordered) == steps * groups
    for end in range(1, len(ordered) + 1):
        counts = ordered["subject"][:end].value_counts().reindex(sorted(set(SUBJECTS)), fill_value=0)
        assert counts.max() - counts.min() <= 1


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 9), st.integers(1, 4))
def test_each_epoch_holds_every_problem_once(seed: int, epochs: int) -> None:
    ordered = order(steps=5 * epochs, groups=3, seed=seed)
    for epoch in range(epochs):
        assert sorted(ordered["uid"][15 * epoch : 15 * epoch + 15]) == sorted(PROBLEMS["uid"])


def test_a_small_subject_is_repeated_only_after_all_of_it_was_seen() -> None:
    ordered = order(steps=8, groups=3, balance="subject")
    seen = list(ordered.loc[ordered["subject"] == "number theory", "uid"])
    assert [len(set(seen[start : start + 2])) for start in range(0, 8, 2)] == [2] * 4


def test_epochs_differ_and_the_seed_decides() -> None:
    uids = list(order(steps=10)["uid"])
    assert uids[:15] != uids[15:]
    assert list(order(steps=10)["uid"]) == uids
    assert list(order(steps=10, seed=2)["uid"]) != uids


def test_more_steps_leave_the_first_ones_as_they_were() -> None:
    assert list(order(steps=5)["uid"]) == list(order(steps=10)["uid"][:15])


def test_the_order_does_not_look_at_the_index() -> None:
    stage = Grpo(slice="s", steps=5, groups=3, max_tokens=1, balance="subject")
    moved = PROBLEMS.set_axis(range(100, 115))
    assert list(training_order(moved, stage, 5)["uid"]) == list(training_order(PROBLEMS, stage, 5)["uid"])
