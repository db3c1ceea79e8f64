"""Colours of arms: from their names, so that an arm that is added leaves the others as they were."""

import pytest
from report_results import study

from wideband.report.palette import COMPARED, OTHERS, arm_colours

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
    assert len(colours(*names, "one_more")) == len(names) + 1


def test_the_compared_arms_keep_theirs() -> None:
    assert [colours("think", "panel", "plain")[arm] for arm in ("panel", "think")] == list(COMPARED)
