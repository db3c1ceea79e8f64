"""The gold self-check: the grader must accept every gold answer as its own, before anything is sampled."""

import pandas as pd

from .. import scaffolds, tasks
from ..config.evaluation import Grading
from ..config.sources import DEFAULT
from .by_task import asked_of, examined
from .errors import GradingError
from .grader import Grader, Outcome, fast
from .normalise import normalise

ACCEPTED = ("verified", "string_only", "passed")


def check_golds(problems: pd.DataFrame, grading: Grading) -> pd.DataFrame:
    """Grade every gold as an answer against itself: a frame of uid, source, gold, status, accepted.

    The gold goes through a scaffold's `<answer>` block and through math-verify, not through the fast path:
      verified     math-verify reads it and finds it equal to itself;
      string_only  math-verify cannot read it: an answer is right only with the same normalised text;
      undecided    math-verify reaches no verdict in time (refused: it would lose right answers);
      refused      math-verify reads it but denies that it equals itself (refused);
      empty        nothing is left of it (refused).
    Of a task with tests its solution has to pass them: its status is what they say. Items whose task has no
    gold, or compares it as it stands, are not in the frame: nothing can be refused.
    """
    named = _tasks(problems)
    with Grader(grading.timeout_s, grading.workers) as grader:
        tested = [
            _tested(problems[named == task], task, grader)
            for task in named.unique()
            if _compares(task) == "tests"
        ]
    answers = _answers(problems[[_compares(task) == "answer" for task in named]], grading)
    return pd.concat([answers, *tested], ignore_index=True)


def _tested(problems: pd.DataFrame, task: str, grader: Grader) -> pd.DataFrame:
    """The solution of each item under its own tests."""
    frame = problems[["uid", "source", "gold"]].reset_index(drop=True)
    exams = [asked_of(row).options for row in problems.to_dict("records")]
    outcomes = examined(grader, task, [(tasks.load(task).solution(exam), exam) for exam in exams])
    frame["status"] = [outcome.status for outcome in outcomes]
    return frame.assign(accepted=frame["status"].isin(ACCEPTED))


def _answers(problems: pd.DataFrame, grading: Grading) -> pd.DataFrame:
    answers = {gold: _as_answer(gold) for gold in problems["gold"].unique()}
    graded = [gold for gold in answers if normalise(gold)]
    with Grader(grading.timeout_s, grading.workers, fast_path=False) as grader:
        outcomes = grader.grade([(answers[gold], gold) for gold in graded])
    found = zip(graded, outcomes, strict=True)
    status = {gold: _status(answers[gold], gold, outcome) for gold, outcome in found}
    frame = problems[["uid", "source", "gold"]].reset_index(drop=True)
    frame["status"] = [status.get(gold, "empty") for gold in frame["gold"]]
    frame["accepted"] = frame["status"].isin(ACCEPTED)
    return frame


def require_accepted(checked: pd.DataFrame) -> None:
    """Raise GradingError that lists every refused uid of a `check_golds` frame with its gold and status."""
    refused = checked[~checked["accepted"]]
    if refused.empty:
        return
    lines = [f"  {row.uid}: {row.gold!r} ({row.status})" for row in refused.itertuples()]
    raise GradingError(
        f"the grader rejects {len(lines)} gold answers as their own match; correct or exclude these "
        "problems:\n" + "\n".join(lines)
    )


def _tasks(problems: pd.DataFrame) -> pd.Series:
    named = problems["task"] if "task" in problems else pd.Series(None, problems.index, dtype=object)
    return named.fillna(DEFAULT)


def _compares(task: str) -> str | None:
    kind = tasks.load(task)
    return kind.COMPARES if "gold" in kind.GIVES else None


def _as_answer(gold: str) -> str | None:
    scaffold = scaffolds.get("think")
    return scaffold.parse(scaffold.compose("working", gold)).answer


def _status(answer: str | None, gold: str, outcome: Outcome) -> str:
    if outcome.status == "undecided":
        return "undecided"
    if outcome.status == "verified":
        return "verified" if outcome.correct else "refused"
    same = fast(normalise(answer or ""), normalise(gold))
    return "string_only" if same and same.correct else "refused"
