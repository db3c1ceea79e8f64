"""Rewards as TRL gets them: the recipe's numbers, time-outs that are no zeros, groups that teach nothing."""

from collections.abc import Iterator, Sequence

import pytest

from wideband.grading import Grader, Outcome
from wideband.scaffolds import get
from wideband.training.rewards import Rewards, zero_variance

GOOD, WRONG = "<think>1 + 1 = 2</think><answer>2", "<think>1 + 1 = 3</think><answer>3"
BARE, NOTHING = "so <answer>2</answer>", "no idea"


class Late:
    """A grader for which time is always up."""

    def grade(self, pairs: Sequence[tuple[str | None, str]]) -> list[Outcome]:
        return [Outcome(None, "timeout") for _ in pairs]


def rewarded(
    completions: list[str], grader: object, coefficient: float = 0.2
) -> tuple[list, dict[str, float]]:
    logged: dict[str, float] = {}
    reward = Rewards(get("think"), grader, coefficient)
    prompts = ["p"] * len(completions)
    return reward(prompts, completions, ["2"] * len(completions), logged.__setitem__), logged


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """A real grader."""
    with Grader(5.0, 1) as running:
        yield running


def test_the_reward_is_correctness_less_a_penalty_for_missing_structure(grader: Grader) -> None:
    rewards, logged = rewarded([GOOD, WRONG, BARE, NOTHING], grader)
    assert rewards == pytest.approx([1.0, 0.0, 0.8, -0.2])
    assert logged == {"correct": 0.5, "tag_valid": 0.5, "timeouts": 0.0, "groups_zero_variance": 0.0}


def test_the_coefficient_is_the_studys(grader: Grader) -> None:
    assert rewarded([BARE], grader, 0.5)[0] == pytest.approx([0.5])


def test_a_time_out_is_no_reward_and_no_zero() -> None:
    rewards, logged = rewarded([GOOD, NOTHING], Late())
    assert rewards == [None, None]
    assert logged["timeouts"] == 1.0


@pytest.mark.parametrize(
    ("correct", "share"),
    [
        ([True, True, False, False], 1.0),
        ([True, False, False, False], 0.5),
        ([True, False, True, False], 0.0),
        ([True, None, False, False], 0.5),
    ],
)
def test_groups_that_are_all_right_or_all_wrong_are_counted(correct: list[bool | None], share: float) -> None:
    assert zero_variance(["p", "p", "q", "q"], correct) == share
