"""Rewards as TRL gets them: the recipe's numbers, what is undecided is wrong, groups that teach nothing."""

from collections.abc import Iterator, Sequence

import pytest

from wideband.grading import Grader, Outcome
from wideband.scaffolds import get
from wideband.training.rewards import Rewards, zero_variance

GOOD, WRONG = "<think>1 + 1 = 2</think><answer>2", "<think>1 + 1 = 3</think><answer>3"
BARE, NOTHING = "so <answer>2</answer>", "no idea"


class Late:
    """A grader for which time is up at every answer but 2."""

    def grade(self, pairs: Sequence[tuple[str | None, str]]) -> list[Outcome]:
        right, late = Outcome(True, "exact"), Outcome(False, "undecided")
        return [right if answer == "2" else late for answer, _ in pairs]


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
    assert logged == {"correct": 0.5, "tag_valid": 0.5, "undecided": 0.0, "groups_zero_variance": 0.0}


def test_the_coefficient_is_the_studys(grader: Grader) -> None:
    assert rewarded([BARE], grader, 0.5)[0] == pytest.approx([0.5])


def test_what_is_undecided_is_rewarded_as_a_wrong_answer_and_counted() -> None:
    rewards, logged = rewarded([GOOD, WRONG, BARE, NOTHING], Late())
    assert rewards == pytest.approx([1.0, 0.0, 0.8, -0.2])
    assert logged == {"correct": 0.5, "undecided": 0.5, "tag_valid": 0.5, "groups_zero_variance": 0.0}
    assert rewarded([WRONG, NOTHING], Late())[1]["groups_zero_variance"] == 1.0


@pytest.mark.parametrize(
    ("correct", "share"),
    [
        ([True, True, False, False], 1.0),
        ([True, False, False, False], 0.5),
        ([True, False, True, False], 0.0),
    ],
)
def test_groups_that_are_all_right_or_all_wrong_are_counted(correct: list[bool], share: float) -> None:
    assert zero_variance(["p", "p", "q", "q"], correct) == share
