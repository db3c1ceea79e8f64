"""L4: every verdict is given again, from completion and gold answer, in the grader's own processes."""

import os
from collections.abc import Iterator

import pandas as pd

from ..config.evaluation import Grading
from ..grading import Grader, GradingError
from ..grading.verdicts import GRADER, OWN_VERSION, verdicts
from ..tables import read_table
from ..workflow import layout
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .memo import Memo
from .results import UNREADABLE, Results
from .tables import same

COLUMNS = ("answer", "correct", "valid", "tag_valid", "reward", "status")
SHOWN = 3
PACKAGE = "math-verify"
GRADING = "wideband.grading"
EARLIER = [str(version) for version in range(1, int(OWN_VERSION) + 1)]


def check(results: Results, memo: Memo) -> Iterator[Finding]:
    """SCORE_MISMATCH for each table of verdicts that the completions do not earn."""
    limit = results.study.grading.timeout_s
    with Grader(limit, workers=os.cpu_count() or 1) as grader:
        for job in results.planned:
            if job.rule == "grade":
                yield from _graded(results, memo, job, grader)


def _graded(results: Results, memo: Memo, job: PlannedJob, grader: Grader) -> Iterator[Finding]:
    """Findings of one table. What keeps it from being graded may pass: it is raised through the memory."""
    makers = _makers(results, job)
    key = [*_key(results, job), {name: sorted(due) for name, due in makers.items()}]
    try:
        yield from memo.findings(key, lambda: _table(results, job, grader, makers))
    except GradingError as error:
        yield Finding("SCORE_MISMATCH", 4, f"cannot be graded again: {error}", job.outputs[0])
    except UNREADABLE as error:
        yield Finding("INCOMPLETE", 4, f"cannot be graded again: {error}", job.outputs[0])


def _paths(job: PlannedJob) -> tuple[str, str, str]:
    return (
        job.outputs[0],
        layout.ROLLOUTS.format(**job.wildcards),
        layout.PROBLEMS.format(slice=job.wildcards["slice"]),
    )


def _key(results: Results, job: PlannedJob) -> list[object]:
    paths = [results.root / path for path in _paths(job)]
    return ["graded", job.spec.digest, *(results.digest(path) if path.is_file() else None for path in paths)]


def _table(
    results: Results, job: PlannedJob, grader: Grader, makers: dict[str, set[str]]
) -> Iterator[Finding]:
    path, *sources = _paths(job)
    stored = read_table(results.root / path, "verdicts")
    rollouts, problems = (
        read_table(results.root / source, name)
        for source, name in zip(sources, ("rollouts", "problems"), strict=True)
    )
    params = job.spec.params
    Grading.model_validate(params["grading"])
    again = verdicts(rollouts, problems, params["scaffold"], grader, params["tag_coefficient"])
    for name, due in makers.items():
        others = sorted(set(stored[name]) - due)
        if others:
            detail = f"says it was made by {name} {others[0]}, not by {' or '.join(sorted(due))}"
            yield Finding("SCORE_MISMATCH", 4, detail, path)
    wrong = _different(stored, again)
    if len(wrong):
        shown = "; ".join(_described(row) for row in wrong.head(SHOWN).to_dict("records"))
        more = "; …" if len(wrong) > SHOWN else ""
        yield Finding("SCORE_MISMATCH", 4, f"{len(wrong)} of {len(stored)} verdicts: {shown}{more}", path)


def _makers(results: Results, job: PlannedJob) -> dict[str, set[str]]:
    """The grader and the versions of it that a table of verdicts may name.

    Verdicts of the pool keep the grader that training saw, of which only math-verify's version is recorded.
    """
    manifest = results.manifests.get(job.outputs[0])
    packages = manifest["environment"].get("packages") if manifest else None
    ran = packages.get(PACKAGE) if isinstance(packages, dict) else None
    own = [OWN_VERSION] if manifest and manifest["code"] == job.spec.code and _graded_as_now(job) else EARLIER
    return {"grader": {GRADER}} | (
        {"grader_version": {f"{version}+{PACKAGE}-{ran}" for version in own}} if ran else {}
    )


def _graded_as_now(job: PlannedJob) -> bool:
    return any(name.startswith(GRADING) for name in job.code.modules)


def _different(stored: pd.DataFrame, again: pd.DataFrame) -> pd.DataFrame:
    """Rows in both that differ, the columns of the second with suffix `_again`."""
    key = ["uid", "sample"]
    joined = stored.merge(again[[*key, *COLUMNS]], on=key, suffixes=("", "_again"))
    equal = pd.Series(True, index=joined.index)
    for name in COLUMNS:
        equal &= same(joined[name], joined[f"{name}_again"])
    return joined[~equal]


def _described(row: dict) -> str:
    return (
        f"{row['uid']} sample {row['sample']} says correct={row['correct']} ({row['status']}, "
        f"answer {row['answer']!r}), graded again {row['correct_again']} ({row['answer_again']!r})"
    )
