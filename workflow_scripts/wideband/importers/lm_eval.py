"""Format `lm_eval`: `samples_<task>_<time>.jsonl` of EleutherAI's lm-evaluation-harness with --log_samples.

    {"doc_id": 3, "doc": {"question": "…"}, "target": "8", "resps": [["…"]], "filter": "none",
     "metrics": ["exact_match"], "exact_match": 1.0}

One document a row and filter; `where: {filter: strict-match}` chooses one of several filters. The rollouts
are resps, the gold is target, the problem is doc.problem or doc.question. The verdict is the metric that
the study names in `verdict`, or the only one in metrics. Of a task with repeats the harness records one
value for all of them: its rollouts need `grader: ours`. Tokens are not recorded.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from ..config.imports import Import
from .errors import ImportFileError
from .files import Row, read_rows
from .identity import uid_of
from .texts import Draw, tables


def read_lm_eval(path: Path, entry: Import, scaffold: str) -> dict[str, pd.DataFrame]:
    """Rollouts, and verdicts when theirs count. Raises ImportFileError naming file and row."""
    rows = read_rows(path, where=entry.where)
    filters = sorted({str(row.fields.get("filter")) for row in rows})
    if len(filters) > 1:
        raise ImportFileError(
            f"{path}: results of filters {', '.join(filters)}; choose one by where: {{filter: …}}"
        )
    return {**tables([draw for row in rows for draw in _draws(row, entry)], entry, scaffold)}


def lm_eval_problem(row: Row, entry: Import) -> Row:
    """The row of the problem behind a sample: uid, problem, gold."""
    doc = row.fields.get("doc") or {}
    problem = doc.get("problem") or doc.get("question") or _prompt(row)
    return Row(
        row.place, {"uid": uid_of(row, entry.uid), "problem": problem, "gold": row.fields.get("target")}
    )


def _draws(row: Row, entry: Import) -> list[Draw]:
    responses = _flat(row.value("resps"))
    if not responses or not all(isinstance(text, str) for text in responses):
        raise row.wrong(("resps",), row.fields["resps"], "a list of generated texts (a generate_until task)")
    correct = _verdict(row, entry, len(responses)) if entry.grader == "theirs" else None
    uid, prompt = uid_of(row, entry.uid), _prompt(row)
    return [Draw(row.place, uid, text, correct=correct, prompt=prompt) for text in responses]


def _verdict(row: Row, entry: Import, responses: int) -> bool:
    if responses > 1:
        raise ImportFileError(
            f"{row.place}: one recorded value for {responses} responses; set grader: ours to grade each"
        )
    names = [entry.verdict] if entry.verdict else row.value("metrics")
    if not isinstance(names, list) or len(names) != 1:
        raise ImportFileError(f"{row.place}: metrics {names}; say in `verdict` which one is the verdict")
    return row.flag(names[0])


def _flat(value: Any) -> list[Any]:
    return [each for part in value for each in _flat(part)] if isinstance(value, list) else [value]


def _prompt(row: Row) -> str | None:
    """The text the model was given: first argument of the first request, in either form of the harness."""
    given = row.fields.get("arguments")
    if isinstance(given, dict):
        given = list(given.values())
    first = given[0] if isinstance(given, list) and given else None
    if isinstance(first, dict):
        first = list(first.values())
    text = first[0] if isinstance(first, list) and first else first
    return text if isinstance(text, str) else None
