"""Colours of arms: from their names, so that an arm that is added leaves the others as they were."""

import pytest
from report_results import study

from wideband.report.palette import COMPARED, INK, OTHERS, SPARE, arm_colours, pair_colours

ARM = {"scaffold": "think", "prompt": "config/prompts/think_micro.txt", "train": False}
TRAINED = {
    "panel": {"scaffold": "panel", "prompt": "config/prompts/panel_micro.txt"},
    "think": {"scaffold": "think", "prompt": "config/prompts/think_micro.txt"},
}


def colours(*names: str) -> dict[str, str]:
    arms = {name: TRAINED.get(name, ARM) for name in names}
    return arm_colours(study(arms=arms))


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])
def test_an_arm_that_is_added_anywhere_changes_no_colour(place: int) -> None:
    names = ["panel", "think", "plain", "hot"]
    before = colours(*names)
    after = colours(*names[:place], "cold", *names[place:])
    assert {arm: after[arm] for arm in names} == before
    assert after["cold"] not in before.values()


def test_no_two_arms_share_a_colour_while_there_are_some_left() -> None:
    names = ["panel", "think", *(f"arm{place}" for place in range(len(OTHERS)))]
    assert sorted(colours(*names).values()) == sorted([*COMPARED, *OTHERS])
    more = [f"more{place}" for place in range(len(SPARE))]
    assert len(set(colours(*names, *more).values())) == len(names) + len(SPARE) >= 14
    assert len(colours(*names, *more, "one_more")) == len(names) + len(SPARE) + 1


@pytest.mark.parametrize(
    ("pairs", "alike"),
    [
        ([("panel", "think")], [INK]),
        ([("panel", "plain"), ("think", "plain")], ["panel", "think"]),
        ([("plain", "panel"), ("plain", "think")], ["panel", "think"]),
    ],
)
def test_a_pair_has_the_colour_of_the_arm_that_tells_it_from_the_others(
    pairs: list[tuple[str, str]], alike: list[str]
) -> None:
    made = study(arms={**TRAINED, "plain": ARM}, compare=pairs)
    arms = arm_colours(made)
    assert pair_colours(made) == {pair: arms.get(like, like) for pair, like in zip(pairs, alike, strict=True)}


def test_the_compared_arms_keep_theirs() -> None:
    assert [colours("think", "panel", "plain")[arm] for arm in ("panel", "think")] == list(COMPARED)
