"""From rollouts to the verdicts table.

The rule for what cannot be decided within the limits: its status is `undecided` and `correct` is False, as it
is for an answer that cannot be read. It stays in n of every number and its reward is that of a wrong rollout.
Nothing leaves this room as null; who reports numbers of an arm counts `status == "undecided"` beside them.
"""

import pandas as pd

from .. import scaffolds, tasks
from ..config.evaluation import Grading
from ..config.sources import DEFAULT
from ..scaffolds import Parsed
from ..tables import SCHEMAS
from .errors import GradingError
from .grader import Grader
from .reward import reward
from .version import GRADER_VERSION

GRADER = "math-verify"


def grade_rollouts(
    rollouts: pd.DataFrame,
    problems: pd.DataFrame,
    scaffold: str,
    grading: Grading,
    tag_coefficient: float,
) -> pd.DataFrame:
    """The verdicts table of a rollouts table, row for row.

    `correct` and `reward` are never null: a rollout whose status is `undecided` counts as wrong. Raises
    GradingError naming the uid of a rollout that no problem has.
    """
    with Grader(grading.timeout_s, grading.workers) as grader:
        return verdicts(rollouts, problems, scaffold, grader, tag_coefficient)


def verdicts(
    rollouts: pd.DataFrame, problems: pd.DataFrame, scaffold: str, grader: Grader, tag_coefficient: float
) -> pd.DataFrame:
    """`grade_rollouts` with a grader that may have graded other tables before and keeps what it learnt."""
    items = problems.set_index("uid")
    _check_uids(rollouts, items.index)
    asked, reader = items.loc[rollouts["uid"]], scaffolds.get(scaffold)
    parsed = [reader.parse(completion) for completion in rollouts["completion"]]
    outcomes = grader.grade([(part.answer, gold) for part, gold in zip(parsed, asked["gold"], strict=True)])
    correct = [outcome.correct for outcome in outcomes]
    tag_valid = [part.tag_valid for part in parsed]
    frame = rollouts[list(SCHEMAS["rollouts"].key)].reset_index(drop=True)
    return frame.assign(
        grader=GRADER,
        answer=[part.answer for part in parsed],
        correct=pd.array(correct, dtype="boolean"),
        valid=_valid(parsed, asked),
        tag_valid=tag_valid,
        reward=reward(correct, tag_valid, tag_coefficient),
        status=[outcome.status for outcome in outcomes],
        grader_version=GRADER_VERSION,
    )


def _valid(parsed: list[Parsed], asked: pd.DataFrame) -> list[bool]:
    """Whether each completion answers its item at all, as the item's task says."""
    kinds = asked["task"].fillna(DEFAULT) if "task" in asked else pd.Series(DEFAULT, asked.index)
    spaces = asked["options"] if "options" in asked else pd.Series(None, asked.index)
    return [
        tasks.load(kind).read(part, tasks.listed(options)).valid
        for part, kind, options in zip(parsed, kinds, spaces, strict=True)
    ]


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
