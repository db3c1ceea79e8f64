"""Format `rollouts`: one rollout a row, as this project's own tables name the fields.

    {"uid": "q1", "sample": 0, "completion": "…", "correct": true, "completion_tokens": 9, …}

JSONL, or JSON with a list `rollouts`. Needed: uid, completion, and correct unless `grader: ours`. Optional:
sample (the order of the file counts when it is missing), answer, prompt, finish_reason, seed, logprob,
completion_tokens and prompt_tokens (needed for cost, unless the study says `tokens: false`); problem, gold,
source, level, subject and year of the problem. With `grader: ours` every problem needs a gold.
"""

from pathlib import Path

import pandas as pd

from ..config.imports import Import
from .files import Row, read_rows
from .identity import uid_of
from .texts import Draw, optional_text, optional_whole, tables, tokens_known


def read_rollouts(path: Path, entry: Import, scaffold: str) -> dict[str, pd.DataFrame]:
    """Rollouts, and verdicts when theirs count. Raises ImportFileError naming file and row."""
    draws = [_draw(row, entry) for row in read_rows(path, inside="rollouts", where=entry.where)]
    if entry.tokens:
        tokens_known(draws, path)
    return tables(draws, entry, scaffold)


def _draw(row: Row, entry: Import) -> Draw:
    completion = row.value("completion")
    if not isinstance(completion, str):
        raise row.wrong(("completion",), completion, "text")
    return Draw(
        place=row.place,
        uid=uid_of(row, entry.uid),
        completion=completion,
        sample=optional_whole(row, "sample"),
        correct=row.flag("correct") if row.has("correct") else None,
        answer=optional_text(row, "answer"),
        prompt=optional_text(row, "prompt"),
        completion_tokens=optional_whole(row, "completion_tokens"),
        prompt_tokens=optional_whole(row, "prompt_tokens"),
        finish_reason=optional_text(row, "finish_reason"),
        seed=optional_whole(row, "seed"),
        logprob=row.real("logprob") if row.has("logprob") else None,
    )
