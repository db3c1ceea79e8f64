"""Requests for one option of an answer space: every space, way of asking and order of the shown options."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import pandas as pd
from blake3 import blake3

from ...config.data import Slice
from ...spaces.asking import uid_of
from ...spaces.space import alike, is_range
from ..draw import in_drawn_order
from ..problems import table

NAME = "choice"
# A space's kind, options, masses, requests and, if it has one, distribution, by the name of the space.
Spaces = Mapping[str, Mapping[str, Any]]


def items(part: Slice, spaces: Spaces, seed: int) -> pd.DataFrame:
    """The problems table of a slice, a row for each space, way of asking and order.

    The uid is `choice/<split>/<space>/p<way of asking>/o<order>`, subject is the space. Orders and examples
    follow from seed and split: the same for every way of asking, others in training than in tests.
    """
    return table([row for name in part.spaces for row in _rows(part, name, spaces, str(seed))])


def _rows(part: Slice, name: str, spaces: Spaces, seed: str) -> Iterator[dict[str, Any]]:
    space, turns = spaces[name], _turns(part, name, spaces, seed)
    for way, request in enumerate(space["requests"][: part.paraphrases], start=1):
        for order in range(1, part.orders + 1):
            shown = _shown(part, (seed, part.split, name, str(order)), space["options"])
            yield {
                "uid": uid_of(NAME, part.split, name, way, order),
                "source": NAME,
                "split": part.split,
                "task": NAME,
                "problem": question(request, shown),
                "subject": name,
                "answer_type": "option",
                "space": name,
                "options": list(space["options"]),
                "masses": None if alike(space["law"]) else list(space["law"]),
                "distribution": space.get("distribution"),
                "turns": turns or None,
            }


def question(request: str, shown: Sequence[str]) -> str:
    """What is asked: the request, the options where they are shown, and how to answer."""
    choices = [f"Choose from: {', '.join(shown)}."] if shown else []
    return "\n".join([request, *choices, "Reply with your choice and nothing else."])


def _shown(part: Slice, place: Sequence[str], options: Sequence[str]) -> list[str]:
    """The options that a question lists, in a drawn order; of a range of integers its kind says enough."""
    return in_drawn_order(place, options) if part.listed and not is_range(options) else []


def _turns(part: Slice, name: str, spaces: Spaces, seed: str) -> list[str]:
    """Examples: a question and its answer for each shot, of spaces that share no option with this one."""
    if not part.shots:
        return []
    asked = set(spaces[name]["options"])
    others = [other for other in part.shot_spaces if not asked & set(spaces[other]["options"])]
    turns = []
    for other in in_drawn_order((seed, part.split, "shots"), others)[: part.shots]:
        space, place = spaces[other], (seed, part.split, "shots", other)
        shown = _shown(part, (*place, "order"), space["options"])
        request = in_drawn_order((*place, "request"), space["requests"])[0]
        turns += [question(request, shown), _answer(space, _uniform(*place, "answer"))]
    return turns


def _answer(space: Mapping[str, Any], draw: float) -> str:
    """The option that a draw from [0, 1) falls on under the space's law."""
    ends = list(accumulate(space["law"]))
    return space["options"][min(bisect(ends, draw), len(ends) - 1)]


def _uniform(*place: str) -> float:
    return int.from_bytes(blake3("\n".join(place).encode()).digest(length=6), "big") / 2**48
