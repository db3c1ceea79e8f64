"""L5: which rows of each table are made again.

It follows from a seed that is drawn when the audit begins. Nothing in the results decides it, so that nobody
can forge until the choice misses what was forged.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..sampling.seeds import derive_seed
from ..scaffolds import Scaffold, get
from ..tables import read_table
from ..workflow import layout
from ..workflow.jobs import PlannedJob
from .chance import Sampled
from .results import UNREADABLE, Results

KEY = ["uid", "sample"]
# Of every table. Eight forged right ones among 40 are then missed once in 60 audits, among 20 never.
CORRECT = 16


@dataclass(frozen=True)
class Chosen:
    """Rows of one table of rollouts, to be sampled again."""

    job: PlannedJob
    rollouts: pd.DataFrame
    rows: pd.DataFrame
    problems: pd.DataFrame

    @property
    def policy(self) -> tuple[str, str]:
        """Arm and checkpoint."""
        return self.job.wildcards["arm"], self.job.wildcards["checkpoint"]

    @property
    def scaffold(self) -> Scaffold:
        """What the arm's prompts are made with."""
        return get(self.job.spec.params["scaffold"])

    def prompts(self, tokenizer: Any) -> Callable[[str], str]:
        """The prompt of a problem, by its uid."""
        from ..sampling.prompts import prompts, renderer

        render = renderer(self.scaffold, self.job.spec.params["template"], tokenizer)
        asked = dict(zip(self.problems["uid"], prompts(self.problems, render), strict=True))
        return asked.__getitem__


def choose(results: Results, least: int) -> Iterator[Chosen]:
    """At least `least` rows, as many of every table, and of each table CORRECT right ones.

    Nobody forges wrong answers. What the choice can find is noted in `results.sampled`.
    """
    jobs = [job for job in results.planned if job.rule == "sample"]
    share = math.ceil(least / max(1, len(jobs)))
    for job in jobs:
        try:
            rollouts = read_table(results.root / job.outputs[0], "rollouts")
            problems = layout.PROBLEMS.format(slice=job.wildcards["slice"])
            table = read_table(results.root / problems, "problems")
        except UNREADABLE:
            continue
        right = _correct(results, job)
        rows = drawn(rollouts, right, share, seeded(results, job.outputs[0]))
        good = sum(key in right for key in _keys(rows))
        results.sampled.append(Sampled(job.outputs[0], len(rollouts), len(right), len(rows), good))
        yield Chosen(job, rollouts, rows, table)


def seeded(results: Results, path: str) -> np.random.Generator:
    """The randomness of the choice in one table."""
    return np.random.default_rng(derive_seed("replay", results.seed, path))


def drawn(
    rollouts: pd.DataFrame, correct: set[tuple[str, int]], count: int, random: np.random.Generator
) -> pd.DataFrame:
    """CORRECT right rows or all there are, then others until there are `count`, and one at the least."""
    order = random.permutation(len(rollouts))
    keys = _keys(rollouts)
    good = [at for at in order if keys[at] in correct][: max(CORRECT, math.ceil(count / 2))]
    taken = set(good)
    others = [at for at in order if at not in taken]
    return rollouts.iloc[[*good, *others[: max(1, count - len(good))]]]


def _keys(frame: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(frame["uid"], frame["sample"], strict=True))


def _correct(results: Results, job: PlannedJob) -> set[tuple[str, int]]:
    verdicts = results.frame(layout.VERDICTS.format(**job.wildcards))
    if verdicts is None or not {*KEY, "correct"} <= set(verdicts.columns):
        return set()
    right = verdicts[verdicts["correct"].eq(True).fillna(False).astype(bool)]
    return set(zip(right["uid"], right["sample"], strict=True))
