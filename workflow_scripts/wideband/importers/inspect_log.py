"""Format `inspect`: a JSON log of inspect_ai (`inspect eval --log-format json`, or `inspect log convert`).

    {"eval": {"task": "…", "model": "…"}, "samples": [{"id": 1, "epoch": 1, "input": "…", "target": "8",
     "output": {"completion": "…", "usage": {"input_tokens": 9, "output_tokens": 41}},
     "scores": {"match": {"value": "C", "answer": "8"}}}]}

A sample is a rollout, its epoch the draw (counted from 1). Text is output.completion, or the first choice's
message. The verdict is the scorer that the study names in `verdict`, or the only one: C or 1 is correct, I,
N or 0 is not; anything between needs `grader: ours`. A sample that ended in an error is refused.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from ..config.imports import Import
from .errors import ImportFileError
from .files import Row, read_rows
from .identity import uid_of
from .texts import Draw, optional_text, optional_whole, tables, tokens_known

GRADES = {"C": True, "I": False, "N": False}


def read_inspect(path: Path, entry: Import, scaffold: str) -> dict[str, pd.DataFrame]:
    """Rollouts, and verdicts when theirs count. Raises ImportFileError naming file and sample."""
    draws = [_draw(row, entry) for row in read_rows(path, inside="samples", where=entry.where)]
    if entry.tokens:
        tokens_known(draws, path)
    return tables(draws, entry, scaffold)


def inspect_problem(row: Row, entry: Import) -> Row:
    """The row of the problem behind a sample: uid, problem, gold."""
    target = row.fields.get("target")
    gold = target[0] if isinstance(target, list) and target else target
    fields = {"uid": uid_of(row, entry.uid), "problem": _input(row), "gold": gold or None}
    return Row(row.place, fields | _metadata(row))


def _draw(row: Row, entry: Import) -> Draw:
    if row.has("error"):
        raise ImportFileError(f"{row.place}: the sample ended in an error; rerun it (inspect eval-retry)")
    output = Row(row.place, row.value("output"))
    usage = Row(row.place, output.fields.get("usage") or {})
    choice = (output.fields.get("choices") or [{}])[0]
    correct, answer = _score(row, entry) if entry.grader == "theirs" else (None, None)
    return Draw(
        place=row.place,
        uid=uid_of(row, entry.uid),
        completion=_completion(output, choice),
        sample=row.whole("epoch") - 1 if row.has("epoch") else None,
        correct=correct,
        answer=answer,
        prompt=_input(row),
        completion_tokens=optional_whole(usage, "output_tokens"),
        prompt_tokens=optional_whole(usage, "input_tokens"),
        finish_reason={"max_tokens": "length"}.get(choice.get("stop_reason"), choice.get("stop_reason")),
    )


def _score(row: Row, entry: Import) -> tuple[bool, str | None]:
    scores = row.value("scores")
    if entry.verdict is None and len(scores) != 1:
        raise ImportFileError(f"{row.place}: scorers {', '.join(scores)}; say in `verdict` which one counts")
    name = entry.verdict or next(iter(scores))
    if name not in scores:
        raise ImportFileError(f"{row.place}: no scorer '{name}'; it has {', '.join(scores)}")
    score = Row(row.place, scores[name])
    value = score.value("value")
    correct = GRADES.get(value) if isinstance(value, str) else (value if value in (0, 1) else None)
    if correct is None:
        raise ImportFileError(
            f"{row.place}: {name} is {value!r}, no verdict; set grader: ours, or name another scorer"
        )
    return bool(correct), optional_text(score, "answer")


def _completion(output: Row, choice: dict[str, Any]) -> str:
    if output.fields.get("completion"):
        return output.text("completion")
    return _text((choice.get("message") or {}).get("content")) or ""


def _input(row: Row) -> str | None:
    given = row.fields.get("input")
    if isinstance(given, list):
        users = [each for each in given if isinstance(each, dict) and each.get("role") == "user"]
        return _text(users[-1].get("content")) if users else None
    return given


def _text(content: Any) -> str | None:
    """A message's text: itself, or the text parts of a list."""
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content


def _metadata(row: Row) -> dict[str, Any]:
    found = row.fields.get("metadata") or {}
    return {
        name: found[name] for name in ("source", "level", "subject", "year") if found.get(name) is not None
    }
