"""The reward of a completion: correct + c (tag_valid - 1), graded outside this process."""

from collections.abc import Callable

import numpy as np

from ..grading import Grader
from ..grading.reward import reward
from ..scaffolds import Scaffold
from ..tables.status import UNDECIDED


class Rewards:
    """A reward function in TRL's form; logs correctness, tag validity and undecided verdicts."""

    __name__ = "wideband"

    def __init__(self, scaffold: Scaffold, grader: Grader, tag_coefficient: float):
        self.scaffold, self.grader, self.tag_coefficient = scaffold, grader, tag_coefficient

    def __call__(
        self,
        prompts: list[str],
        completions: list[str],
        gold: list[str],
        log_metric: Callable[[str, float], None],
        sampled_rollouts: list[int] | None = None,
        sampled_tokens: list[int] | None = None,
        **_: object,
    ) -> list[float]:
        """One reward per completion, shape (groups * G,); an undecided one is wrong."""
        parsed = [self.scaffold.parse(completion) for completion in completions]
        outcomes = self.grader.grade([(p.answer, g) for p, g in zip(parsed, gold, strict=True)])
        correct = [outcome.correct for outcome in outcomes]
        log_metric("correct", float(np.mean(correct)))
        log_metric("tag_valid", float(np.mean([p.tag_valid for p in parsed])))
        log_metric("undecided", float(np.mean([outcome.status == UNDECIDED for outcome in outcomes])))
        log_metric("groups_zero_variance", zero_variance(prompts, correct))
        # What the step really cost: more than it trains on when groups were replaced.
        for name, sampled in (("sampled_rollouts", sampled_rollouts), ("sampled_tokens", sampled_tokens)):
            if sampled:
                log_metric(name, float(sampled[0]))
        return reward(correct, [p.tag_valid for p in parsed], self.tag_coefficient).tolist()

    def correct(self, completions: list[str], golds: list[str]) -> list[bool]:
        """Raw correctness, structure left aside; what is undecided is wrong."""
        answers = [self.scaffold.parse(completion).answer for completion in completions]
        return [outcome.correct for outcome in self.grader.grade(list(zip(answers, golds, strict=True)))]


def zero_variance(prompts: list[str], correct: list[bool]) -> float:
    """Share of groups (rollouts of one prompt) that are all right or all wrong: they teach nothing."""
    groups: dict[str, set[bool]] = {}
    for prompt, value in zip(prompts, correct, strict=True):
        groups.setdefault(prompt, set()).add(value)
    return float(np.mean([len(values) == 1 for values in groups.values()]))
