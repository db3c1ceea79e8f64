"""Format `rollouts`: one row a rollout, or a problem with a list of rollouts, by names of fields.

    {"uid": "q1", "sample": 0, "completion": "…", "correct": true, "completion_tokens": 9, …}
    {"id": "q1", "target": "8", "outputs": ["…", "…"], "acc": [1, 0]}

JSONL, JSON (a list, or one under `rollouts`), CSV, TSV or Parquet. Needed: uid, completion, and correct
unless `--grader wideband`. Optional: sample (the order of the file counts when it is missing), answer,
prompt, finish_reason, seed, logprob, completion_tokens, prompt_tokens; problem, gold, source, level, subject
and year of the problem. Fields of other names are named: `--uid id --gold target --completion outputs
--correct acc`. A list of completions goes with lists of verdicts, token counts and all else that a rollout
has of its own; prompt_tokens may be given once.
"""

from pathlib import Path
from typing import Any

from ...config.import_file import Import
from ..errors import ImportFileError
from ..files import read_rows
from ..log import FACTS, Draw, EvalFormat, Log, facts_of, score
from ..row import Row, optional_text, optional_whole, uid_of

LISTED = ("correct", "answer", "completion_tokens", "prompt_tokens", "finish_reason", "seed", "logprob")

# What the rollouts of a list have in common when it is given once: they answer one prompt.
SHARED = ("prompt_tokens",)


def read(path: Path, entry: Import) -> Log:
    """The rollouts of every row. Raises ImportFileError naming file and row."""
    draws = [draw for row in read_rows(path, "rollouts", entry.where) for draw in _draws(row, entry)]
    return Log(draws)


def _draws(row: Row, entry: Import) -> list[Draw]:
    uid, facts = uid_of(row, entry.uid), facts_of(row, _facts(entry))
    prompt = optional_text(row, entry.fields.get("prompt", "prompt"))
    return [
        Draw(row.place, uid, facts=facts, prompt=prompt, **_rollout(row_of, entry))
        for row_of in _rows(row, entry)
    ]


def _facts(entry: Import) -> dict[str, tuple[str, ...]]:
    named = {key: (name,) for key, name in entry.fields.items() if key in FACTS}
    return FACTS | named


def _rows(row: Row, entry: Import) -> list[Row]:
    """A row for each completion of a row: itself, or one for each of a list, with what stands beside it."""
    # A field that is named as another one, such as `answer` as the gold, is not that of its own name.
    taken = {*entry.fields.values(), entry.uid}
    names = {
        key: entry.fields.get(key, key)
        for key in ("completion", "sample", *LISTED)
        if key in entry.fields or key not in taken
    }
    texts = row.get(names["completion"])
    if texts is None and not row.typed and names["completion"] in row.fields:
        texts = ""
    if texts is None:
        texts = row.value(names["completion"])
    fields = {key: row.get(name) for key, name in names.items() if key != "completion"}
    if not isinstance(texts, list):
        return [Row(row.place, {**fields, "completion": texts}, row.typed)]
    shared = {key: fields.pop(key) for key in SHARED if not isinstance(fields.get(key), list | None)}
    if entry.grader == "wideband":
        fields.pop("correct", None)
    for key, values in fields.items():
        if values is not None and (not isinstance(values, list) or len(values) != len(texts)):
            raise _uneven(row, key, names[key], values, len(texts))
    columns = [{key: values[i] for key, values in fields.items() if values} for i in range(len(texts))]
    return [
        Row(row.place, {**shared, **more, "completion": text}, row.typed)
        for text, more in zip(texts, columns, strict=True)
    ]


def _uneven(row: Row, key: str, name: str, values: Any, wanted: int) -> ImportFileError:
    """The error of a field that does not go with a list of completions."""
    there = f"{len(values)} values" if isinstance(values, list) else "one value"
    remedy = {
        "correct": ", or have them graded here by --grader wideband",
        "answer": f", or say by --gold {name} that it is the gold answer",
    }.get(key, ", or leave the field out")
    return ImportFileError(
        f"{row.place}: {there} in '{name}' for {wanted} completions; give one for each{remedy}"
    )


def _rollout(row: Row, entry: Import) -> dict[str, Any]:
    completion = row.fields["completion"]
    if not isinstance(completion, str):
        raise row.wrong(("completion",), completion, "text")
    return {
        "completion": completion,
        "sample": optional_whole(row, "sample"),
        "correct": _correct(row, entry),
        "answer": optional_text(row, "answer"),
        "completion_tokens": optional_whole(row, "completion_tokens"),
        "prompt_tokens": optional_whole(row, "prompt_tokens"),
        "finish_reason": optional_text(row, "finish_reason"),
        "seed": optional_whole(row, "seed"),
        "logprob": row.real("logprob") if row.has("logprob") else None,
    }


def _correct(row: Row, entry: Import) -> bool | None:
    if entry.grader == "wideband" or not row.has("correct"):
        return None
    if entry.at_least is not None:
        return score(row.place, "correct", row.real("correct"), entry)
    return row.flag("correct")


FORMAT = EvalFormat(
    summary="rows of rollouts, fields by name (JSONL, JSON, CSV, TSV, Parquet; also .gz)",
    example="r.jsonl --study s --arm a --benchmark b --uid id --completion output --correct acc --tokens n",
    read=read,
    rows=(("completion",),),
)
