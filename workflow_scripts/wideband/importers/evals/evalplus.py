"""Format `evalplus`: `…_eval_results.json` of EvalPlus (HumanEval+ and MBPP+).

    {"date": "…", "hash": "…", "eval": {"HumanEval/0": [{"task_id": "HumanEval/0", "solution": "…",
     "base_status": "pass", "plus_status": "fail"}]}}

A solution is a rollout. The verdict is `plus` (it passes the base tests and the additional ones) where
these were run, else `base`; `--verdict base` takes the base tests alone.
"""

from pathlib import Path

from ...config.import_file import Import
from ..errors import ImportFileError
from ..files import read_object
from ..log import Draw, EvalFormat, Log
from ..row import Row, optional_text

STATUS = {"base": ("base_status",), "plus": ("base_status", "plus_status")}
# Older versions write `success` for `pass`.
PASSED = ("pass", "success")


def read(path: Path, entry: Import) -> Log:
    """The rollouts of every problem. Raises ImportFileError naming file and problem."""
    if entry.graded_here:
        raise ImportFileError(
            f"{path}: programs are judged by their tests, not by --grader wideband; leave it out"
        )
    tasks = read_object(path).get("eval")
    if not isinstance(tasks, dict) or not tasks:
        raise ImportFileError(
            f"{path}: not results of EvalPlus: it has no object 'eval'; choose another --format"
        )
    rows = [(uid, row) for uid, listed in tasks.items() for row in _rows(path, uid, listed)]
    tested = [name for name in ("plus", "base") if all(row.has(f"{name}_status") for _, row in rows)]
    verdict = entry.verdict or next(iter(tested), "base")
    if verdict not in tested:
        raise ImportFileError(
            f"{path}: no verdict '{verdict}'; choose by --verdict one of {', '.join(tested) or 'none'}"
        )
    draws = [
        Draw(
            row.place,
            uid,
            optional_text(row, "solution", "completion") or "",
            correct=all(row.text(name) in PASSED for name in STATUS[verdict]),
        )
        for uid, row in rows
    ]
    return Log(draws, verdict=verdict, others=tuple(name for name in tested if name != verdict))


def _rows(path: Path, uid: str, listed: object) -> list[Row]:
    if not isinstance(listed, list) or not all(isinstance(solution, dict) for solution in listed):
        raise ImportFileError(f"{path} {uid}: expected a list of solutions; restore the file")
    return [Row(f"{path} {uid} item {number}", fields) for number, fields in enumerate(listed, start=1)]


FORMAT = EvalFormat(
    summary="…_eval_results.json of EvalPlus: base and plus tests",
    example="gpt_eval_results.json --study s --arm a --benchmark humaneval --verdict plus",
    read=read,
    seeds=False,
    objects=(("eval", "hash"), ("eval", "date"), ("eval", "pass_at_k")),
)
