"""A reward by name in TRL's form: completions are read and graded, then scored group by group."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from accelerate.utils import gather_object

from .. import tasks
from ..config.training import Grpo
from ..grading import Grader
from ..grading.by_task import Asked, asked_of, judge, parse
from ..sampling.prompts import Render, prompts
from ..scaffolds import Scaffold
from ..spaces.of_items import space_of
from ..tables.status import UNDECIDED
from . import rewards
from .advantages import pass_at_k
from .rewards import Array, Group
from .state import processes

# How often each outcome came, by prompt.
Pooled = dict[str, Counter[str | None]]


@dataclass(frozen=True)
class Item:
    """What a prompt asks for.

    Attributes:
        asked: its task, options and gold.
        law: target mass of each valid answer; empty where the item has no answer space.
    """

    asked: Asked
    law: dict[str, float]


class RewardFunction:
    """Scores the completions of a step; logs correctness, validity, tag validity and undecided verdicts.

    Attributes:
        items: what each prompt of the stage asks for.
        advantages: of the step's rollouts in this process, where TRL's own are not meant; else None.
    """

    __name__ = "wideband"

    def __init__(
        self,
        stage: Grpo,
        scaffold: Scaffold,
        grader: Grader,
        tag_coefficient: float,
        items: dict[str, Item],
    ):
        self.stage, self.scaffold, self.grader, self.items = stage, scaffold, grader, items
        self.tag_coefficient = tag_coefficient
        self.advantages: Array | None = None
        self.reward = rewards.load(stage.reward)
        self.settings = self.reward.Settings.model_validate(stage.reward_settings)

    def __call__(
        self,
        prompts: list[str],
        completions: list[str],
        log_metric: Callable[[str, float], None],
        asked: list[str] | None = None,
        sampled_rollouts: list[int] | None = None,
        sampled_tokens: list[int] | None = None,
        **_: object,
    ) -> list[float]:
        """One reward per completion, shape (groups * G,); `asked`: prompts that replaced the rows'."""
        step = self._read(asked or prompts, completions)
        values = self._values(step, self._pooled(step, everywhere=True), self.tag_coefficient)
        for name, flags in (("correct", step.correct), ("valid", step.valid), ("tag_valid", step.tag_valid)):
            log_metric(name, float(np.mean(flags)))
        log_metric("undecided", float(np.mean(step.undecided)))
        log_metric("groups_zero_variance", len(self._dull(step)) * self.stage.group_size / len(prompts))
        # What the step really cost: more than it trains on when groups were replaced.
        for name, sampled in (("sampled_rollouts", sampled_rollouts), ("sampled_tokens", sampled_tokens)):
            if sampled:
                log_metric(name, float(sampled[0]))
        if self.stage.advantage == "pass_at_k":
            groups = values.reshape(-1, self.stage.group_size)
            self.advantages = np.concatenate([pass_at_k(group, self.stage.k) for group in groups])
        return [float(value) for value in values]

    def dull(self, prompts: list[str], completions: list[str]) -> list[int]:
        """Groups that teach nothing: their rollouts earn the same, missing structure left aside."""
        return self._dull(self._read(prompts, completions))

    def _dull(self, step: "Step") -> list[int]:
        values = self._values(step, self._pooled(step, everywhere=False), 0.0)
        groups = values.reshape(-1, self.stage.group_size)
        return [index for index, group in enumerate(groups) if np.ptp(group) == 0]

    def _read(self, prompts: list[str], completions: list[str]) -> "Step":
        asked = [self.items[prompt].asked for prompt in prompts]
        parsed = parse(self.scaffold.name, completions, asked)
        judged = judge(self.grader, parsed, asked)
        return Step(
            prompts=prompts,
            outcomes=[judgement.reading.outcome for judgement in judged],
            correct=np.array([judgement.outcome.correct is True for judgement in judged]),
            undecided=np.array([judgement.outcome.status == UNDECIDED for judgement in judged]),
            tag_valid=np.array([part.tag_valid for part in parsed]),
            workings=[part.body or "" for part in parsed],
        )

    def _pooled(self, step: "Step", everywhere: bool) -> Pooled:
        """Outcomes by prompt; with `everywhere` those of all processes, which then must all be here."""
        pairs = list(zip(step.prompts, step.outcomes, strict=True))
        pooled: Pooled = defaultdict(Counter)
        for prompt, outcome in gather_object(pairs) if everywhere and processes() > 1 else pairs:
            pooled[prompt][outcome] += 1
        return pooled

    def _values(self, step: "Step", pooled: Pooled, tag_coefficient: float) -> Array:
        size = self.stage.group_size
        values = []
        for start in range(0, len(step.prompts), size):
            rows, prompt = slice(start, start + size), step.prompts[start]
            group = Group(
                outcomes=tuple(step.outcomes[rows]),
                correct=step.correct[rows],
                tag_valid=step.tag_valid[rows],
                workings=tuple(step.workings[rows]),
                pooled=pooled[prompt],
                law=self.items[prompt].law,
                tag_coefficient=tag_coefficient,
            )
            values.append(self.reward.reward(group, self.settings))
        return np.concatenate(values)


@dataclass(frozen=True)
class Step:
    """Rollouts of a step in this process, read and graded, row for row; groups stand one after the other."""

    prompts: Sequence[str]
    outcomes: Sequence[str | None]
    correct: np.ndarray
    undecided: np.ndarray
    tag_valid: np.ndarray
    workings: Sequence[str]

    @property
    def valid(self) -> np.ndarray:
        """Whether each rollout gave an answer that its task counts as one."""
        return np.array([outcome is not None for outcome in self.outcomes])


def items(problems: pd.DataFrame, render: Render) -> dict[str, Item]:
    """What each prompt of a problems table asks for."""
    found = {}
    for prompt, row in zip(prompts(problems, render), problems.to_dict("records"), strict=True):
        asked = asked_of(row)
        space = space_of(row) if "law" in tasks.load(asked.task).GIVES else None
        found[prompt] = Item(asked, dict(zip(space.options, space.law, strict=True)) if space else {})
    return found
