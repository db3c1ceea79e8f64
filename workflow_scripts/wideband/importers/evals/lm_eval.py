"""Format `lm_eval`: `samples_<task>_<time>.jsonl` of EleutherAI's lm-evaluation-harness with --log_samples.

    {"doc_id": 3, "doc": {"question": "…"}, "target": "8", "resps": [["…"]], "filter": "none",
     "metrics": ["exact_match"], "exact_match": 1.0}

One document a row and filter; `--filter strict-match` chooses one of several filters. The rollouts are
resps, the gold is target, the problem is doc.problem or doc.question. The verdict is the metric that
`--verdict` names, or the only one. Of a task with repeats the harness records one value for all of them:
its rollouts need `--grader wideband`. Of a multiple-choice task resps are log-probabilities, which are kept
as such, and the verdict is acc unless `--verdict` names another. Tokens are not recorded.
"""

import re
from pathlib import Path
from typing import Any

from ...config.import_file import Import
from ..errors import ImportFileError
from ..files import kind, read_object, read_rows
from ..log import Draw, EvalFormat, Log, Option, score
from ..row import Row, uid_of

# What a row has beside the values of its metrics; versions before 0.4.5 do not list these.
NO_METRICS = {"doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"}
NAME = re.compile(r"samples_(.+?)_(\d{4}-\d\d-\d\dT.*)\.jsonl(?:\.gz)?")
# How far two means of the same values may lie apart.
SAME = 1e-6
QUESTION = ("problem", "question", "query", "ctx", "prompt")


def read(path: Path, entry: Import) -> Log:
    """Rollouts or likelihoods of every document. Raises ImportFileError naming file and row."""
    if kind(path) == ".json" and "results" in read_object(path):
        raise ImportFileError(
            f"{path}: the harness's summary, without single samples; name samples_<task>_….jsonl beside it, "
            "which it writes with --log_samples"
        )
    rows = _rows(path, entry)
    task = NAME.fullmatch(path.name)
    verdict, others = _metric(rows[0], entry) if entry.grader == "log" else (None, ())
    draws = [draw for row in rows for draw in _draws(row, entry, verdict)]
    return Log(draws, task=task[1] if task else None, verdict=verdict, others=others)


def _rows(path: Path, entry: Import) -> list[Row]:
    """The rows of one filter."""
    rows = read_rows(path, where=entry.where)
    filters = list(dict.fromkeys(str(row.get("filter")) for row in rows))
    if len(filters) > 1 and entry.grader == "log":
        raise ImportFileError(
            f"{path}: results of filters {', '.join(sorted(filters))}; choose one by --filter {filters[0]}"
        )
    # Filters differ in how they read a response, not in the responses.
    return [row for row in rows if str(row.get("filter")) == filters[0]]


def check_summary(path: Path, entry: Import) -> None:
    """The summary `results_<time>.json` beside the samples has their number of documents and their mean.

    The mean is that of the verdict, where it counts. A part of the samples is not compared.
    Raises ImportFileError naming both.
    """
    found = NAME.fullmatch(path.name)
    summary = path.with_name(f"results_{found[2]}.json") if found else path
    if not found or not summary.is_file() or set(entry.where) - {"filter"}:
        return
    summary_row, rows = Row(str(summary), read_object(summary)), _rows(path, entry)
    documents = len({uid_of(row, entry.uid, ("doc_id",)) for row in rows})
    ran = summary_row.part("n-samples").part(found[1]).get("effective") or documents
    if ran != documents:
        raise ImportFileError(
            f"{path}: {documents} documents, but {summary.name} says {ran}; restore the samples"
        )
    if entry.grader == "log":
        verdict, _ = _metric(rows[0], entry)
        key, values = f"{verdict},{rows[0].get('filter')}", [row.get(verdict) for row in rows]
        recorded_mean = summary_row.part("results").part(found[1]).fields.get(key)
        # Values that are no numbers are summed up in another way than by their mean.
        if all(isinstance(value, bool | int | float) for value in (recorded_mean, *values)):
            mean = sum(values) / len(values)
            if not abs(mean - recorded_mean) <= SAME:
                raise ImportFileError(
                    f"{path}: the mean of {key} is {mean:.6g}, but {summary.name} says {recorded_mean:.6g}; "
                    "restore the samples"
                )


def _draws(row: Row, entry: Import, verdict: str | None) -> list[Draw]:
    asked, uid = _arguments(row), uid_of(row, entry.uid, ("doc_id",))
    continuations = [request[1] for request in asked if len(request) > 1 and isinstance(request[1], str)]
    prompt = asked[0][0] if asked and isinstance(asked[0][0], str) else None
    if asked and all(len(request) == 1 for request in asked):
        raise ImportFileError(
            f"{row.place}: rolling log-probabilities of a text; these are not answers and cannot be imported"
        )
    if continuations or (not asked and _is_pair(row.value("resps"))):
        return [_choice(row, entry, verdict, uid, continuations, prompt)]
    return _generated(row, entry, verdict, uid, prompt)


def _generated(row: Row, entry: Import, verdict: str | None, uid: str, prompt: str | None) -> list[Draw]:
    responses = _flat(row.value("resps"))
    if not responses or not all(isinstance(text, str) for text in responses):
        raise row.wrong(
            ("resps",), row.fields["resps"], "a list of generated texts or of options' log-probabilities"
        )
    facts = _facts(row, row.get("target"))
    if entry.grader == "wideband":
        return [Draw(row.place, uid, text, facts=facts, prompt=prompt) for text in responses]
    value = row.value(verdict)
    values = value if isinstance(value, list) else [value]
    if len(values) != len(responses):
        raise ImportFileError(
            f"{row.place}: one recorded value of {verdict} for {len(responses)} responses; have each graded "
            "here by --grader wideband"
        )
    answers = row.get("filtered_resps")
    answer = answers[0] if isinstance(answers, list) and len(answers) == len(responses) == 1 else None
    extracted = answer if isinstance(answer, str) and answer.strip() and answer != "[invalid]" else None
    correct = [score(row.place, verdict, outcome, entry) for outcome in values]
    return [
        Draw(row.place, uid, text, correct=right, answer=extracted, facts=facts, prompt=prompt)
        for text, right in zip(responses, correct, strict=True)
    ]


def _choice(
    row: Row, entry: Import, verdict: str | None, uid: str, continuations: list[str], prompt: str | None
) -> Draw:
    """The likelihoods of the options, and the harness's verdict on the likeliest."""
    pairs = [pair for response in row.value("resps") for pair in _pairs(response)]
    asked = _arguments(row)
    # acc_mutual_info asks for every option once more, without the question.
    pairs = [pair for pair, (context, *_) in zip(pairs, asked, strict=False) if context] if asked else pairs
    texts = continuations[: len(pairs)] or [str(place) for place in range(len(pairs))]
    if not pairs:
        raise row.wrong(("resps",), row.fields["resps"], "log-probabilities of the options")
    if len(texts) != len(pairs):
        raise ImportFileError(
            f"{row.place}: {len(texts)} options, but {len(pairs)} log-probabilities; correct it"
        )
    right = _right(row, texts)
    options = tuple(
        Option(text.strip(), _logprob(row, pair), place == right)
        for place, (text, pair) in enumerate(zip(texts, pairs, strict=True))
    )
    best = max(range(len(options)), key=lambda place: options[place].logprob)
    gold = options[right].text if right is not None else row.get("target")
    return Draw(
        row.place,
        uid,
        correct=None if verdict is None else score(row.place, verdict, row.value(verdict), entry),
        answer=options[best].text or None,
        facts=_facts(row, gold),
        prompt=prompt,
        options=options,
    )


def _metric(row: Row, entry: Import) -> tuple[str, tuple[str, ...]]:
    """The metric that is the verdict, and the others of a row."""
    listed = row.get("metrics")
    names = list(listed) if isinstance(listed, list) else _values(row)
    if entry.verdict is not None:
        if not row.has(entry.verdict):
            raise ImportFileError(
                f"{row.place}: no metric '{entry.verdict}'; it has {', '.join(names) or 'none'}"
            )
        return entry.verdict, tuple(name for name in names if name != entry.verdict)
    if "acc" in names and {"acc_norm", "acc"} >= {name for name in names if name.startswith("acc")}:
        return "acc", tuple(name for name in names if name != "acc")
    if len(names) != 1:
        raise ImportFileError(
            f"{row.place}: metrics {', '.join(names) or 'none'}; say by --verdict which one is the verdict, "
            "or have the responses graded here by --grader wideband"
        )
    return names[0], ()


def _values(row: Row) -> list[str]:
    """The metrics of a row that does not list them: its numbers."""
    return [
        name
        for name, value in row.fields.items()
        if name not in NO_METRICS and not name.endswith("_hash") and isinstance(value, bool | int | float)
    ]


def _facts(row: Row, gold: Any) -> dict[str, Any]:
    doc = row.get("doc")
    inner = Row(row.place, doc if isinstance(doc, dict) else {})
    problem = inner.text(*QUESTION) if inner.has(*QUESTION) else None
    if gold is not None and not isinstance(gold, str | int | float):
        raise row.wrong(("target",), gold, "text")
    facts = {"problem": problem, "gold": None if gold is None else str(gold)}
    return {key: value for key, value in facts.items() if value and value.strip()}


def _right(row: Row, texts: list[str]) -> int | None:
    """Which option is the right one: target is its place, or its text."""
    target = str(row.get("target")).strip()
    if target.isdecimal() and int(target) < len(texts):
        return int(target)
    stripped = [text.strip() for text in texts]
    return stripped.index(target) if target in stripped else None


def _logprob(row: Row, pair: list[Any]) -> float:
    try:
        return float(pair[0])
    except (TypeError, ValueError):
        raise row.wrong(("resps",), row.fields["resps"], "log-probabilities of the options") from None


def _arguments(row: Row) -> list[list[Any]]:
    """The arguments of each request, in either form of the harness."""
    listed = row.get("arguments")
    requests = (
        list(listed.values()) if isinstance(listed, dict) else listed if isinstance(listed, list) else []
    )
    found = [list(request.values()) if isinstance(request, dict) else request for request in requests]
    return [arguments if isinstance(arguments, list) and arguments else [arguments] for arguments in found]


def _is_pair(value: Any) -> bool:
    return bool(_pairs(value))


def _pairs(value: Any) -> list[list[Any]]:
    """The pairs (log-probability, whether greedy) in nested lists."""
    if not isinstance(value, list):
        return []
    if len(value) == 2 and str(value[1]) in ("True", "False"):
        return [value]
    return [pair for part in value for pair in _pairs(part)]


def _flat(value: Any) -> list[Any]:
    return [leaf for part in value for leaf in _flat(part)] if isinstance(value, list) else [value]


FORMAT = EvalFormat(
    summary="samples_<task>_<time>.jsonl of lm-evaluation-harness (--log_samples), texts or multiple choice",
    example="samples_gsm8k_2026-01-01T10-00-00.jsonl --study s --arm a --benchmark b --filter strict-match",
    read=read,
    seeds=False,
    rows=(("doc_id", "resps"),),
    objects=(("results", "versions"), ("results", "configs")),
    check_summary=check_summary,
)
