"""Rewards by name: their published numbers, what they need of a task, groups that teach nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideband import tasks
from wideband.config.training import Grpo
from wideband.errors import WidebandError
from wideband.grading import Grader, Outcome
from wideband.grading.by_task import Asked
from wideband.scaffolds import get
from wideband.training import rewards
from wideband.training.advantages import pass_at_k
from wideband.training.reward_function import Item, RewardFunction
from wideband.training.rewards import Group

GOOD, WRONG = "<think>1 + 1 = 2</think><answer>2", "<think>1 + 1 = 3</think><answer>3"
BARE, NOTHING = "so <answer>2</answer>", "no idea"
MATH = Item(Asked("math", [], "2"), {})
COINS = Item(Asked("choice", ["heads", "tails"], None), {"heads": 0.5, "tails": 0.5})


class Late:
    """A grader for which time is up at every answer but 2."""

    def grade(self, pairs: Sequence[tuple[str | None, str]]) -> list[Outcome]:
        right, late = Outcome(True, "exact"), Outcome(False, "undecided")
        return [right if answer == "2" else late for answer, _ in pairs]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """A real grader."""
    with Grader(5.0, 1) as running:
        yield running


def function(
    items: dict[str, Item], size: int, coefficient: float = 0.2, grader: object = None, **stage: object
):
    made = Grpo(slice="s", steps=1, group_size=size, **stage)
    return RewardFunction(made, get("think"), grader or Late(), coefficient, items)


def scored(completions: list[str], grader: object, coefficient: float = 0.2) -> tuple[list, dict[str, float]]:
    logged: dict[str, float] = {}
    reward = function({"p": MATH}, len(completions), coefficient, grader)
    return reward(["p"] * len(completions), completions, logged.__setitem__), logged


def group(outcomes: Sequence[str | None], pooled: Sequence[str | None] = (), **others: object) -> Group:
    """A group with these outcomes, correct where they are `right`."""
    correct = np.array([(outcome or "").startswith("right") for outcome in outcomes])
    settings = {
        "correct": correct,
        "tag_valid": np.ones(len(outcomes), bool),
        "workings": tuple(map(str, outcomes)),
    }
    return Group(tuple(outcomes), pooled=Counter(pooled or outcomes), **({"law": {}} | settings | others))


def values(name: str, of: Group, **settings: object) -> list[float]:
    reward = rewards.load(name)
    return reward.reward(of, reward.Settings(**settings)).tolist()


def test_the_verified_reward_is_correctness_less_a_penalty_for_missing_structure(grader: Grader) -> None:
    earned, logged = scored([GOOD, WRONG, BARE, NOTHING], grader)
    assert earned == pytest.approx([1.0, 0.0, 0.8, -0.2])
    shares = {"correct": 0.5, "valid": 0.75, "tag_valid": 0.5, "undecided": 0.0, "groups_zero_variance": 0.0}
    assert logged == shares


def test_the_coefficient_is_the_studys(grader: Grader) -> None:
    assert scored([BARE, WRONG], grader, 0.5)[0] == pytest.approx([0.5, 0.0])


def test_what_is_undecided_is_rewarded_as_a_wrong_answer_and_counted() -> None:
    earned, logged = scored([GOOD, WRONG, BARE, NOTHING], Late())
    assert earned == pytest.approx([1.0, 0.0, 0.8, -0.2])
    assert (logged["correct"], logged["undecided"], logged["groups_zero_variance"]) == (0.5, 0.5, 0.0)
    assert scored([WRONG, NOTHING], Late())[1]["groups_zero_variance"] == 1.0


def test_missing_structure_is_no_reason_to_keep_a_group(grader: Grader) -> None:
    reward = function({"p": MATH, "q": MATH}, 2, grader=grader)
    assert reward.dull(["p", "p", "q", "q"], [GOOD, BARE, GOOD, WRONG]) == [0]


def test_inverse_frequency_is_the_published_reward() -> None:
    found = values("inverse_frequency", group(["a", "a", "b", None]))
    assert found == pytest.approx([np.log(2), np.log(2), np.log(4), -1.0])
    assert values("inverse_frequency", group(["a", None]), invalid=-2.0) == pytest.approx([np.log(2), -2.0])
    assert values("inverse_frequency", group(["a", None]), invalid=-20.0)[1] == -10.0


def test_leave_one_out_does_not_count_the_scored_rollout_and_pools_the_prompts_groups() -> None:
    # Of the 7 other rollouts 3 say a; 2 options and invalid answers are known from the pool.
    pooled = ["a", "a", "a", "a", "b", "b", None, None]
    found = values("leave_one_out", group(["a", "b", None, "b"], pooled))
    assert found == pytest.approx([-np.log(4 / 9), -np.log(2 / 9), -1.0, -np.log(2 / 9)])


def test_leave_one_out_is_equal_for_all_options_of_a_uniform_policy() -> None:
    found = values("leave_one_out", group(["a", "b"], ["a", "b"] * 8, law={"a": 0.5, "b": 0.5}))
    assert found[0] == found[1]


def test_the_witness_compares_the_target_with_the_other_rollouts() -> None:
    found = values("witness", group(["a", "a", "b", None], law={"a": 0.5, "b": 0.5}))
    assert found == pytest.approx([2 * (0.5 - 1 / 3), 2 * (0.5 - 1 / 3), 2 * 0.5, 0.0])


@given(st.integers(2, 4), st.lists(st.integers(0, 3), min_size=3, max_size=40))
def test_the_witness_compares_with_the_others_whatever_was_drawn(options: int, drawn: list[int]) -> None:
    names = [str(value % options) for value in drawn]
    law = {str(option): 1 / options for option in range(options)}
    found = values("witness", group(names, law=law))
    counts, n = Counter(names), len(names)
    for name, value in zip(names, found, strict=True):
        assert value == pytest.approx(2 * (law[name] - (counts[name] - 1) / (n - 1)))


def test_correct_rollouts_of_one_kind_share_a_reward() -> None:
    workings = ("1 2", "1 2", "3", "1 2", "9")
    outcomes = ["right", "right", "right", "right", "wrong"]
    found = values("verified_diverse", group(outcomes, workings=workings))
    assert found == pytest.approx([1 / 3, 1 / 3, 1.0, 1 / 3, 0.0])
    assert values("verified_diverse", group(outcomes, workings=workings), partition="answer")[2] == 0.25


def test_a_prompts_groups_are_counted_together() -> None:
    reward = function({"p": COINS}, 2, reward="leave_one_out")
    completions = [f"<think>x</think><answer>{side}" for side in ("heads", "heads", "heads", "tails")]
    earned = reward(["p"] * 4, completions, lambda *_: None)
    assert earned[:2] == pytest.approx([-np.log(3 / 5)] * 2)
    assert earned[3] == pytest.approx(-np.log(1 / 5))


def test_a_letter_earns_what_its_text_does() -> None:
    question = Item(Asked("multiple_choice", ["red", "blue", "6"], "C"), {})
    reward = function({"p": question}, 5, reward="verified")
    said = ("C", "The answer is C.", "6", "B", "neither")
    completions = [f"<think>x</think><answer>{answer}" for answer in said]
    assert reward(["p"] * 5, completions, lambda *_: None) == [1.0, 1.0, 1.0, 0.0, 0.0]


def test_pass_at_k_is_the_mean_gain_over_all_subsets() -> None:
    random = np.random.default_rng(1)
    for size, k in ((4, 2), (6, 3), (5, 5)):
        earned = random.integers(0, 3, size).astype(float)
        subsets = list(combinations(range(size), k))
        expected = [
            sum(max(earned[list(s)]) - max(earned[[j for j in s if j != i]]) for s in subsets if i in s)
            / len(subsets)
            for i in range(size)
        ]
        assert pass_at_k(earned, k) == pytest.approx(expected)


def test_pass_at_k_leaves_rewards_as_they_are_and_hands_on_its_advantages(grader: Grader) -> None:
    reward = function({"p": MATH}, 4, grader=grader, advantage="pass_at_k", k=2)
    earned = reward(["p"] * 4, [GOOD, WRONG, GOOD, WRONG], lambda *_: None)
    assert earned == [1.0, 0.0, 1.0, 0.0]
    # Of 6 pairs, a right rollout alone makes 2 right; a wrong one none.
    assert list(reward.advantages) == pytest.approx([2 / 6, 0.0, 2 / 6, 0.0])
    assert function({"p": MATH}, 4).advantages is None


def test_pass_at_k_needs_a_group_of_at_least_k() -> None:
    with pytest.raises(ValueError, match="between 2 and the group's size, 4"):
        pass_at_k(np.zeros(4), 5)


def test_a_reward_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(WidebandError, match=r"unknown reward 'witnes'.*did you mean 'witness'"):
        rewards.load("witnes")


@pytest.mark.parametrize("name", rewards.names())
def test_every_reward_says_what_it_is_and_needs(name: str) -> None:
    reward = rewards.load(name)
    assert reward.DESCRIPTION and {"gold", "answer", "law"} >= reward.NEEDS
    assert len(values(name, group(["right a", "right b", "x", None], law={"x": 1.0}))) == 4


@pytest.mark.parametrize("name", tasks.names())
def test_every_task_says_what_it_is_and_gives(name: str) -> None:
    task = tasks.load(name)
    known = {"gold", "answer", "options", "law", "working", "end", "distribution"}
    assert task.DESCRIPTION and known | {"passage", "text", "classes", "code"} >= task.GIVES
    if not {"end", "text"} & task.GIVES:
        return
    parsed = get("think").parse("<think>x</think><answer>heads")
    assert task.read(parsed, ["heads", "tails"]).answer == "heads"
