"""Sorting answers into classes as the release does, all prompts a round at a time, and the table of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
import pandas as pd

from ..metrics.answers import answered
from ..metrics.novelty import points, same_if_short
from ..metrics.per_problem import identity

Pair = tuple[str, str]
# The probability that the two answers of each pair are the same, shape (pairs,).
Judge = Callable[[Sequence[Pair]], np.ndarray]
# What an answer (the second) to a prompt is worth.
Reward = Callable[[str, str], float]


def classes(prompts: Sequence[Sequence[str]], judge: Judge, threshold: float) -> list[list[int]]:
    """The class of every answer of every prompt, counted from 0 by first members.

    The first answer without a class makes a new one, of all later ones without a class that are the same as
    it: that is metrics.novelty.partition, with all prompts' pairs of a round judged together.
    """
    found: list[list[int]] = [[-1] * len(texts) for texts in prompts]
    for number in range(max(map(len, prompts), default=0)):
        asked: list[tuple[int, int, Pair]] = []
        for owner, texts in enumerate(prompts):
            rest = [place for place, group in enumerate(found[owner]) if group < 0]
            for place in rest[:1]:
                found[owner][place] = number
            asked += [(owner, place, (texts[rest[0]], texts[place])) for place in rest[1:]]
        same = _same([pair for *_, pair in asked], judge, threshold)
        for (owner, place, _), alike in zip(asked, same, strict=True):
            if alike:
                found[owner][place] = number
    return found


def _same(pairs: Sequence[Pair], judge: Judge, threshold: float) -> list[bool]:
    """Answers of a few words by the words that they share, others by the judge."""
    known = [same_if_short(*pair) for pair in pairs]
    long = [pair for pair, alike in zip(pairs, known, strict=True) if alike is None]
    judged = iter(judge(long) if long else ())
    return [bool(next(judged) > threshold) if alike is None else alike for alike in known]


@dataclass(frozen=True)
class Answers:
    """The answers to one item.

    Attributes:
        whose: arm, checkpoint and slice.
        uid, prompt: of the item.
        texts: by sample, in order.
    """

    whose: dict[str, str]
    uid: str
    prompt: str
    texts: dict[int, str]

    @property
    def pairs(self) -> int:
        """How many pairs of them may have to be judged."""
        return comb(len(self.texts), 2)


def answers_of(problems: pd.DataFrame, verdicts: pd.DataFrame) -> list[Answers]:
    """The answers to each item of a slice."""
    whose = identity(verdicts)
    rows = problems.sort_values("uid").to_dict("records")
    return [Answers(whose, row["uid"], row["problem"], answered(row, verdicts)) for row in rows]


def novelty_table(
    asked: Sequence[Answers], groups: Sequence[Sequence[int]], reward: Reward, thresholds: Sequence[float]
) -> pd.DataFrame:
    """One row an answer; the reward model is asked of the first member of each class."""
    rows = []
    for item, class_of in zip(asked, groups, strict=True):
        for place, (sample, text) in enumerate(item.texts.items()):
            first = class_of[place] not in class_of[:place]
            worth = reward(item.prompt, text) if first else None
            score = None if worth is None else float(points(worth, thresholds))
            key = {**item.whose, "uid": item.uid, "sample": sample}
            rows.append({**key, "class": class_of[place], "reward": worth, "points": score})
    columns = ["arm", "checkpoint", "slice", "uid", "sample", "class", "reward", "points"]
    return pd.DataFrame(rows, columns=columns)
