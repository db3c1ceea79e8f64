"""L4: every verdict again, from the completion and the problem's gold, in the grader's own processes."""

import os
from collections.abc import Iterator

import pandas as pd

from ..config.evaluation import Grading
from ..grading import Grader, GradingError
from ..grading.verdicts import verdicts
from ..tables import read_table
from ..workflow import layout
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .memo import Memo
from .results import UNREADABLE, Results
from .tables import same

COLUMNS = ("answer", "correct", "valid", "tag_valid", "reward", "status")
SHOWN = 3
# Reached without math-verify, whose hard limit a busy machine may have exceeded at either time.
CERTAIN = ("exact", "no_answer")


def check(results: Results, memo: Memo) -> Iterator[Finding]:
    """SCORE_MISMATCH for each table of verdicts that the completions do not earn."""
    limit = results.study.grading.timeout_s
    with Grader(limit, workers=os.cpu_count() or 1) as grader:
        for job in results.planned:
            if job.rule == "grade":
                yield from memo.findings(_key(results, job), lambda job=job: _table(results, job, grader))


def _paths(job: PlannedJob) -> tuple[str, str, str]:
    return (
        job.outputs[0],
        layout.ROLLOUTS.format(**job.wildcards),
        layout.PROBLEMS.format(slice=job.wildcards["slice"]),
    )


def _key(results: Results, job: PlannedJob) -> list[object]:
    paths = [results.root / path for path in _paths(job)]
    return ["graded", job.spec.digest, *(results.digest(path) if path.is_file() else None for path in paths)]


def _table(results: Results, job: PlannedJob, grader: Grader) -> Iterator[Finding]:
    path, *sources = _paths(job)
    try:
        stored = read_table(results.root / path, "verdicts")
        rollouts, problems = (
            read_table(results.root / each, name)
            for each, name in zip(sources, ("rollouts", "problems"), strict=True)
        )
        params = job.spec.params
        Grading.model_validate(params["grading"])
        again = verdicts(rollouts, problems, params["scaffold"], grader, params["tag_coefficient"])
    except GradingError as error:
        yield Finding("SCORE_MISMATCH", 4, f"cannot be graded again: {error}", path)
        return
    except UNREADABLE as error:
        yield Finding("INCOMPLETE", 4, f"cannot be graded again: {error}", path)
        return
    wrong = _different(stored, again)
    if len(wrong):
        shown = "; ".join(_said(row) for row in wrong.head(SHOWN).to_dict("records"))
        more = "; …" if len(wrong) > SHOWN else ""
        yield Finding("SCORE_MISMATCH", 4, f"{len(wrong)} of {len(stored)} verdicts: {shown}{more}", path)


def _different(stored: pd.DataFrame, again: pd.DataFrame) -> pd.DataFrame:
    """Rows in both that differ, the columns of the second with suffix `_again`."""
    key = ["uid", "sample"]
    joined = stored.merge(again[[*key, *COLUMNS]], on=key, suffixes=("", "_again"))
    equal = pd.Series(True, index=joined.index)
    for name in COLUMNS:
        equal &= same(joined[name], joined[f"{name}_again"])
    before, now = joined["status"], joined["status_again"]
    undecided = ((before == "undecided") & ~now.isin(CERTAIN)) | (now == "undecided")
    return joined[~equal & ~undecided]


def _said(row: dict) -> str:
    return (
        f"{row['uid']} sample {row['sample']} says correct={row['correct']} ({row['status']}, "
        f"answer {row['answer']!r}), graded again {row['correct_again']} ({row['answer_again']!r})"
    )
