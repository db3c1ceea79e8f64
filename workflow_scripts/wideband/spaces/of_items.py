"""The answer spaces that items ask about, with their target laws: the one place where these are read."""

from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

import pandas as pd

from .. import tasks
from ..lists import listed
from .space import AnswerSpace, SpaceError, answer_space
from .trie import token_sequences


def space_of(item: Mapping[str, Any]) -> AnswerSpace:
    """The answers of a row of a problems table as completions write them, with the masses that it gives them.

    Uniform where it gives none. Raises SpaceError naming the space, or the uid of an item without one.
    """
    task = tasks.load(item["task"])
    options = task.answers(listed(item["options"]))
    name = item["space"] if isinstance(item["space"], str) else item["uid"]
    if "passage" in task.GIVES:
        # Nothing is chosen: the one continuation there is.
        return AnswerSpace(name, name, tuple(options), (1.0,))
    masses = listed(item.get("masses"))
    if masses and len(masses) != len(options):
        raise SpaceError(
            f"{item['uid']}: {len(masses)} masses of {len(options)} options; draw the slice again"
        )
    return answer_space(name, name, options, dict(zip(options, masses, strict=True)) if masses else None)


def scored_space(item: Mapping[str, Any]) -> AnswerSpace | None:
    """The answers whose log-probabilities say something; None where any text is one. Raises as `space_of`."""
    return None if "text" in tasks.load(item["task"]).GIVES else space_of(item)


def check_answers(problems: pd.DataFrame, encode: Callable[[str], list[int]], room: int) -> None:
    """Raise SpaceError for answers that a model cannot tell apart or hold, before any weights are loaded.

    Args:
        problems: items of a task that gives options.
        encode: the tokenizer's, without special tokens.
        room: tokens that the longest prompt leaves to an answer and its end.
    """
    spaces = {space.options: space for space in map(space_of, problems.to_dict("records"))}
    for space in spaces.values():
        token_sequences(space, encode, room)


def check_written(
    problems: pd.DataFrame, encode: Callable[[str], list[int]], decode: Callable[[list[int]], str]
) -> None:
    """Raise SpaceError for an answer that a tokenizer cannot write: its tokens are another text.

    `encode` and `decode` are the tokenizer's, as in `check_answers`.
    """
    for space in {space.options: space for space in map(space_of, problems.to_dict("records"))}.values():
        for option in space.options:
            written = decode(encode(option)).strip()
            if normalize("NFKC", written) != normalize("NFKC", option):
                raise SpaceError(
                    f"answer space '{space.name}': this model's tokenizer cannot write {option!r}, which "
                    f"becomes {written!r}; leave it out, or choose another base"
                )
