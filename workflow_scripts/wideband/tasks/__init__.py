"""Tasks: what an item asks, what counts as an answer to it, what can be measured.

A new kind of task is one file here, named as sources name it, with: `DESCRIPTION`, one line; `GIVES`, which
of `gold`, `answer`, `options`, `law`, `working`, `end`, `distribution`, `passage`, `text`, `classes` and
`code` its items have (a correct answer, an answer to compare with others, all answers that are valid, a
target law over these, a way to the answer that counts, an answer after which nothing is asked for, a law over
numbers, a text that is read and not answered, answers that may be any text, answers that fall into classes of
the same, answers in which every blank counts); `read(parsed, options)`, what a completion answers. One that
gives `options` has `answers(options)` as well: each option as a completion writes it; one that gives a
passage has it too. One that gives a gold has `COMPARES`: which of `answer` (by the grader) and `outcome` (as
it stands) is held against the gold, or `tests`. With `tests` it has `examine(answers, timeout_s, workers)`,
the status of each answer under the tests of its item, of which `passed` is right, and `solution(options)`, an
answer that passes. One whose valid answers are no list has `valid(item)`: what its `read` takes for them.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Literal, Protocol

from ..lists import listed
from ..plugin_registry import registered_in
from ..rooms import check_name, names_in
from ..scaffolds import ANSWER_CLOSE, VERBATIM, WORKED, Parsed, Scaffold, get
from .base import Reading


class Task(Protocol):
    """What a file of this room holds."""

    DESCRIPTION: str
    GIVES: frozenset[str]
    COMPARES: Literal["answer", "outcome", "tests"]

    def read(self, parsed: Parsed, options: Sequence[str]) -> Reading:
        """What a completion answers; `options` are the item's valid answers, empty where it lists none."""

    def answers(self, options: Sequence[str]) -> list[str]:
        """Each option as a completion writes it, where the task gives `options`."""


def names() -> list[str]:
    """The tasks that there are."""
    return [*names_in(__file__), *registered_in(__name__)]


def load(name: str) -> Task:
    """The task of that name. Raises WidebandError with the nearest name."""
    return registered_in(__name__).get(name) or _file(name)


@cache
def _file(name: str) -> Task:
    """The file of that name, looked up once: plans ask hundreds of thousands of times."""
    check_name("task", name, names())
    return import_module(f"{__name__}.{name}")


def reader(name: str, scaffold: str) -> Scaffold:
    """Who reads completions to items of that task in a scaffold: the scaffold itself.

    But a working is no part of a direct answer: where one counts, all of a direct completion is searched. And
    code that stands in no answer tags is read as it was written.
    """
    asked, provided = get(scaffold), load(name).GIVES
    if "code" in provided and not (asked.tagged and ANSWER_CLOSE in asked.stop):
        return VERBATIM
    return WORKED if asked.direct and "working" in provided else asked


def valid_answers(name: str, item: Mapping[str, Any]) -> Any:
    """What `read` of that task takes for the valid answers of a row of a problems table."""
    valid = getattr(load(name), "valid", None)
    return valid(item) if valid else listed(item.get("options"))


__all__ = ["Reading", "Task", "load", "names", "reader", "valid_answers"]
