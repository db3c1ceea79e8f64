"""Format `nemo_skills`: `output.jsonl`, or `output-rs0.jsonl`, `output-rs1.jsonl`, … of NeMo-Skills.

    {"problem": "…", "expected_answer": "8", "generation": "…", "predicted_answer": "8",
     "symbolic_correct": true, "num_generated_tokens": 41}

A row is a rollout. Rows of one line number in the files of several seeds are rollouts of one problem,
unless a field (id, problem_id, or what `--uid` names) says otherwise. The verdict is symbolic_correct
(is_correct in older versions), or what `--verdict` names; judgement counts as correct where it ends with
`Judgement: Yes`.
"""

import re
from pathlib import Path

from ...config.import_file import Import
from ..errors import ImportFileError
from ..files import read_rows
from ..log import FACTS, Draw, EvalFormat, Log, facts_of, score
from ..row import Row, optional_text, optional_whole, uid_of

VERDICTS = ("symbolic_correct", "is_correct", "judgement", "correct")
UID = ("id", "problem_id", "unique_id", "task_id")
JUDGED = re.compile(r"judg[e]?ment:\W*(yes|no)\b", re.IGNORECASE)
NAMES = FACTS | {"gold": ("expected_answer",)}


def read(path: Path, entry: Import) -> Log:
    """The rollouts of every row. Raises ImportFileError naming file and row."""
    rows = read_rows(path)
    # The number of a line names its problem, so that rows are counted before any is left out.
    numbered = [
        row for row in enumerate(rows) if all(str(row[1].get(k)) == v for k, v in entry.where.items())
    ]
    if not numbered:
        raise ImportFileError(f"{path}: no row has {entry.where}; correct --where")
    verdict = None if entry.graded_here else _verdict(numbered[0][1], entry)
    others = tuple(name for name in VERDICTS if numbered[0][1].has(name) and name != verdict)
    draws = [_draw(row, number, entry, verdict) for number, row in numbered]
    return Log(draws, verdict=verdict, others=others)


def _verdict(row: Row, entry: Import) -> str:
    found = entry.verdict or next((name for name in VERDICTS if row.has(name)), None)
    if found is None or not row.has(found):
        raise ImportFileError(
            f"{row.place}: no verdict ({', '.join(VERDICTS)}); name its field by --verdict, or have the "
            "completions graded here by --grader wideband"
        )
    return found


def _draw(row: Row, number: int, entry: Import, verdict: str | None) -> Draw:
    named = entry.uid is not None or row.has(*UID)
    completion = row.value("generation")
    if not isinstance(completion, str):
        raise row.wrong(("generation",), completion, "text")
    return Draw(
        row.place,
        uid_of(row, entry.uid, UID) if named else str(number),
        completion,
        correct=None if verdict is None else _correct(row, verdict, entry),
        answer=optional_text(row, "predicted_answer"),
        facts=facts_of(row, NAMES),
        completion_tokens=optional_whole(row, "num_generated_tokens"),
        prompt_tokens=optional_whole(row, "num_input_tokens"),
        finish_reason=optional_text(row, "finish_reason"),
    )


def _correct(row: Row, verdict: str, entry: Import) -> bool:
    value = row.value(verdict)
    if verdict == "judgement" and isinstance(value, str):
        judgements = JUDGED.findall(value)
        # As NeMo-Skills counts it: a judge that says neither has not said yes.
        return bool(judgements) and judgements[-1].lower() == "yes"
    return score(row.place, verdict, value, entry)


FORMAT = EvalFormat(
    summary="output.jsonl or output-rs*.jsonl of NeMo-Skills, one file a seed",
    example="output-rs*.jsonl --study s --arm a --benchmark aime",
    read=read,
    rows=(("expected_answer", "generation"), ("problem", "expected_answer", "generation")),
)
