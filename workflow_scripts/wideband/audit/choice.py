"""L5's choice: which rollouts are sampled again."""

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
from .results import UNREADABLE, Results

KEY = ["uid", "sample"]


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
        from ..sampling.prompts import renderer

        render = renderer(self.scaffold, self.job.spec.params["template"], tokenizer)
        texts = self.problems.set_index("uid")["problem"]
        return lambda uid: render(texts[uid])


def choose(results: Results, least: int) -> Iterator[Chosen]:
    """The same number of rows of every table, correct ones first: nobody forges wrong answers."""
    jobs = [job for job in results.planned if job.rule == "sample"]
    each = math.ceil(least / max(1, len(jobs)))
    head = results.entries[-1]["hash"] if results.entries else ""
    for job in jobs:
        try:
            rollouts = read_table(results.root / job.outputs[0], "rollouts")
            problems = layout.PROBLEMS.format(slice=job.wildcards["slice"])
            table = read_table(results.root / problems, "problems")
        except UNREADABLE:
            continue
        random = np.random.default_rng(derive_seed("replay", head, job.outputs[0]))
        rows = _drawn(rollouts, _correct(results, job), each, random)
        yield Chosen(job, rollouts, rows, table)


def _drawn(
    rollouts: pd.DataFrame, correct: set[tuple[str, int]], count: int, random: np.random.Generator
) -> pd.DataFrame:
    order = random.permutation(len(rollouts))
    keys = list(zip(rollouts["uid"], rollouts["sample"], strict=True))
    good = [at for at in order if keys[at] in correct][: math.ceil(count / 2)]
    return rollouts.iloc[[*good, *(at for at in order if at not in set(good))][:count]]


def _correct(results: Results, job: PlannedJob) -> set[tuple[str, int]]:
    verdicts = results.frame(layout.VERDICTS.format(**job.wildcards))
    if verdicts is None or not {*KEY, "correct"} <= set(verdicts.columns):
        return set()
    right = verdicts[verdicts["correct"].eq(True).fillna(False).astype(bool)]
    return set(zip(right["uid"], right["sample"], strict=True))
