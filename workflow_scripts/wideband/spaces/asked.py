"""The answer space that an item asks about."""

from collections.abc import Mapping
from typing import Any

from .. import tasks
from .space import AnswerSpace, answer_space


def space_of(item: Mapping[str, Any]) -> AnswerSpace:
    """The answers of a row of a problems table as completions write them, each wanted as often as the others.

    Raises SpaceError naming the space, or the uid of an item without one.
    """
    options = tasks.load(item["task"]).answers(tasks.listed(item["options"]))
    name = item["space"] if isinstance(item["space"], str) else item["uid"]
    return answer_space(name, name, options)
