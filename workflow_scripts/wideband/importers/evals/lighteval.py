"""Format `lighteval`: `details_<task>_<time>.parquet` of lighteval (0.11 and newer, --save-details).

Columns doc (query, choices, gold_index), model_response (text, or logprobs of the choices), metric (values
by name). Each text is a rollout; where a document has several, its one value is none of theirs, and they
need `--grader wideband`. Of a multiple-choice task the log-probabilities are kept as such. The verdict is the
metric that `--verdict` names, or the only one.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...config.import_file import Import
from ..errors import ImportFileError
from ..files import read_rows
from ..log import Draw, EvalFormat, Log, Option, score
from ..row import Row, uid_of

TASK = re.compile(r"details_(.+)_\d{4}-\d\d-\d\dT.*")


def read(path: Path, entry: Import) -> Log:
    """Rollouts or likelihoods of every document. Raises ImportFileError naming file and row."""
    rows = read_rows(path, where=entry.where)
    verdict, others = _metric(rows[0], entry) if entry.grader == "log" else (None, ())
    task = TASK.fullmatch(path.name)
    draws = [draw for number, row in enumerate(rows) for draw in _draws(row, number, entry, verdict)]
    return Log(draws, task=task[1] if task else None, verdict=verdict, others=others)


def _metric(row: Row, entry: Import) -> tuple[str, tuple[str, ...]]:
    found = row.part("metric").fields
    names = [name for name, value in found.items() if isinstance(value, bool | int | float)]
    if entry.verdict is not None and entry.verdict in names:
        return entry.verdict, tuple(name for name in names if name != entry.verdict)
    if entry.verdict is None and (len(names) == 1 or (names and set(names) <= {"acc", "acc_norm"})):
        return min(names), tuple(name for name in names if name != min(names))
    raise ImportFileError(
        f"{row.place}: metrics {', '.join(names) or 'none'}; say by --verdict which one is the verdict, or "
        "have the completions graded here by --grader wideband"
    )


def _draws(row: Row, number: int, entry: Import, verdict: str | None) -> list[Draw]:
    """`number` is the document's place, its uid where it has no id."""
    doc, response = row.part("doc"), row.part("model_response")
    draw = Draw(
        row.place,
        uid_of(row, entry.uid) if entry.uid else doc.text("id") if doc.has("id") else str(number),
        correct=None
        if verdict is None
        else score(row.place, verdict, row.part("metric").get(verdict), entry),
        facts=_facts(doc),
        prompt=doc.string("query"),
    )
    texts = _texts(response.get("text"))
    if not texts:
        return [_choice(draw, doc, response)]
    if len(texts) > 1 and verdict is not None:
        raise ImportFileError(
            f"{row.place}: one value of {verdict} for {len(texts)} completions; have each graded here by "
            "--grader wideband"
        )
    counts = [len(tokens) for tokens in response.listed("output_tokens")]
    counts = counts if len(counts) == len(texts) and all(counts) else [None] * len(texts)
    asked = len(response.listed("input_tokens")) or None
    return [
        replace(draw, completion=text, completion_tokens=count, prompt_tokens=asked)
        for text, count in zip(texts, counts, strict=True)
    ]


def _choice(draw: Draw, doc: Row, response: Row) -> Draw:
    """The likelihoods of the choices, and the likeliest as the answer."""
    choices, golds = _texts(doc.get("choices")), _indices(doc.get("gold_index"))
    logprobs = response.listed("logprobs")
    if len(logprobs) != len(choices) or not choices:
        raise ImportFileError(
            f"{draw.place}: neither texts nor a log-probability for each choice; restore it"
        )
    options = tuple(
        Option(text.strip(), float(value), place in golds)
        for place, (text, value) in enumerate(zip(choices, logprobs, strict=True))
    )
    best = max(options, key=lambda option: option.logprob)
    return replace(draw, answer=best.text or None, options=options)


def _facts(doc: Row) -> dict[str, str]:
    choices, golds = _texts(doc.get("choices")), _indices(doc.get("gold_index"))
    gold = choices[golds[0]] if len(golds) == 1 and golds[0] < len(choices) else None
    facts = {"problem": doc.get("original_query") or doc.get("query"), "gold": gold}
    return {key: value.strip() for key, value in facts.items() if isinstance(value, str) and value.strip()}


def _texts(value: Any) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list) else []


def _indices(value: Any) -> list[int]:
    found = value if isinstance(value, list) else [value]
    return [index for index in found if isinstance(index, int) and index >= 0]


FORMAT = EvalFormat(
    summary="details_<task>_<time>.parquet of lighteval (--save-details), generation or multiple choice",
    example="details_aime24_2026-01-01T10-00-00.parquet --study s --arm a --benchmark aime",
    read=read,
    seeds=False,
    rows=(("doc", "metric", "model_response"),),
)
