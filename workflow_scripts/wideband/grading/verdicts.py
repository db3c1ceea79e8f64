"""From rollouts to the verdicts table.

The rule for what cannot be decided within the limits: its status is `undecided` and `correct` is False, as it
is for an answer that cannot be read. It stays in n of every number and its reward is that of a wrong rollout.
`correct` and `reward` are null for items whose task has no right answer and for no others; who reports
numbers of an arm counts `status == "undecided"` beside them.
"""

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..config.evaluation import Grading
from ..tables import SCHEMAS
from .by_task import asked_of, judge, parse
from .errors import GradingError
from .grader import Grader

GRADER = "math-verify"
# Raise it whenever a change of this room can change a verdict.
OWN_VERSION = "9"
# What every verdict carries.
GRADER_VERSION: str = f"{OWN_VERSION}+math-verify-{version('math-verify')}"


def grade_rollouts(
    rollouts: pd.DataFrame,
    problems: pd.DataFrame,
    scaffold: str,
    grading: Grading,
    tag_coefficient: float,
) -> pd.DataFrame:
    """The verdicts table of a rollouts table, row for row.

    `correct` and `reward` are null where the item's task has no gold, and nowhere else: a rollout whose
    status is `undecided` counts as wrong. Raises GradingError naming the uid of a rollout that no problem
    has.
    """
    with Grader(grading.timeout_s, grading.workers) as grader:
        return verdicts(rollouts, problems, scaffold, grader, tag_coefficient)


def verdicts(
    rollouts: pd.DataFrame, problems: pd.DataFrame, scaffold: str, grader: Grader, tag_coefficient: float
) -> pd.DataFrame:
    """`grade_rollouts` with a grader that may have graded other tables before and keeps what it learnt."""
    items = problems.set_index("uid")
    _check_uids(rollouts, items.index)
    asked = [asked_of(row) for row in items.loc[rollouts["uid"]].to_dict("records")]
    parsed = parse(scaffold, rollouts["completion"], asked)
    judged = judge(grader, parsed, asked)
    correct = [judgement.outcome.correct for judgement in judged]
    tag_valid = [part.tag_valid for part in parsed]
    frame = rollouts[list(SCHEMAS["rollouts"].key)].reset_index(drop=True)
    return frame.assign(
        grader=GRADER,
        answer=[judgement.reading.answer for judgement in judged],
        correct=pd.array(correct, dtype="boolean"),
        valid=[judgement.reading.valid for judgement in judged],
        tag_valid=tag_valid,
        reward=reward(correct, tag_valid, tag_coefficient),
        status=[judgement.outcome.status for judgement in judged],
        grader_version=GRADER_VERSION,
    )


def _check_uids(rollouts: pd.DataFrame, known: pd.Index) -> None:
    doubled = known[known.duplicated()]
    if len(doubled):
        raise GradingError(f"problem uid '{doubled[0]}' occurs twice: a rollout of it has no single gold")
    foreign = rollouts.loc[~rollouts["uid"].isin(known), "uid"].unique()
    if len(foreign):
        raise GradingError(
            f"{len(foreign)} rollout uids are not among the problems, the first is '{foreign[0]}': "
            "sample the slice again"
        )


def reward(
    correct: Sequence[bool | None] | npt.ArrayLike,
    tag_valid: Sequence[bool] | npt.ArrayLike,
    coefficient: float,
) -> npt.NDArray[np.float64]:
    """correct + c (tag_valid - 1), as in the published recipe, shape (n,), of n rollouts.

    One that is undecided is not correct. NaN where `correct` is None. A wrong, badly formed rollout gets -c,
    a right and well formed one 1.
    """
    return np.asarray(correct, np.float64) + coefficient * (np.asarray(tag_valid, np.float64) - 1.0)
