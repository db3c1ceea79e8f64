"""Format `humaneval`: `samples.jsonl_results.jsonl` of OpenAI's human-eval (evaluate_functional_correctness).

    {"task_id": "HumanEval/0", "completion": "    return …", "result": "passed", "passed": true}

A row is a rollout of the problem task_id; passed is the verdict. Problems and tokens are not recorded.
"""

from pathlib import Path

from ...config.import_file import Import
from ..errors import ImportFileError
from ..files import read_rows
from ..log import Draw, EvalFormat, Log
from ..row import optional_text, uid_of


def read(path: Path, entry: Import) -> Log:
    """The rollouts of every row. Raises ImportFileError naming file and row."""
    if entry.graded_here:
        raise ImportFileError(
            f"{path}: programs are judged by their tests, not by --grader wideband; leave it out"
        )
    return Log(
        [
            Draw(
                row.place,
                uid_of(row, entry.uid, ("task_id",)),
                optional_text(row, "completion", "solution") or "",
                correct=row.flag("passed"),
                prompt=optional_text(row, "prompt"),
            )
            for row in read_rows(path, where=entry.where)
        ],
        verdict="passed",
    )


FORMAT = EvalFormat(
    summary="results of human-eval: rows with task_id and passed",
    example="samples.jsonl_results.jsonl --study s --arm a --benchmark humaneval",
    read=read,
    rows=(("task_id", "passed"), ("task_id", "completion", "passed")),
)
