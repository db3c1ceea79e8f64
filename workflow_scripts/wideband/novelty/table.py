"""The table of answers in their classes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

import pandas as pd

from ..metrics.answers import answered
from ..metrics.novelty import points
from ..metrics.per_problem import identity

# What an answer (the second) to a prompt is worth.
Reward = Callable[[str, str], float]


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
    for item, mine in zip(asked, groups, strict=True):
        for place, (sample, text) in enumerate(item.texts.items()):
            first = mine[place] not in mine[:place]
            worth = reward(item.prompt, text) if first else None
            score = None if worth is None else float(points(worth, thresholds))
            key = {**item.whose, "uid": item.uid, "sample": sample}
            rows.append({**key, "class": mine[place], "reward": worth, "points": score})
    columns = ["arm", "checkpoint", "slice", "uid", "sample", "class", "reward", "points"]
    return pd.DataFrame(rows, columns=columns)
