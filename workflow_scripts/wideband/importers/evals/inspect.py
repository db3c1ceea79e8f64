"""Format `inspect`: a log of inspect_ai, `.eval` or JSON.

    {"status": "success", "eval": {"task": "…", "model": "…"}, "samples": [{"id": 1, "epoch": 1, "input": "…",
     "target": "8", "output": {"completion": "…", "usage": {"input_tokens": 9, "output_tokens": 41}},
     "scores": {"match": {"value": "C", "answer": "8"}}}]}

A sample is a rollout, its epoch the draw (counted from 1). Text is output.completion, or the first choice's
message; tokens are those of all calls to the evaluated model (model_usage). The verdict is the scorer that
`--verdict` names (`scorer.key` of a score that is a mapping), or the only one: C or 1 is correct, I, N or 0
is not; anything between needs `--at-least` or `--grader wideband`. A run that was cancelled, lacks samples or
has samples that ended in an error is refused, or imported without them by `--incomplete`.
"""

from pathlib import Path
from typing import Any

from ...config.import_file import Import
from ..errors import ImportFileError
from ..eval_zip import read_eval
from ..files import chosen, kind, read_object, rows_of
from ..log import Draw, EvalFormat, Log, score, small_number
from ..row import Row, optional_text, optional_whole, uid_of

CACHED = ("input_tokens", "input_tokens_cache_read", "input_tokens_cache_write")
DESCRIBED = ("source", "level", "subject", "year")


def read(path: Path, entry: Import) -> Log:
    """The rollouts of a log. Raises ImportFileError naming file and sample."""
    header, rows = _parts(path)
    header_row = Row(str(path), header)
    rows = chosen(path, rows, entry.where) if rows else rows
    done = [row for row in rows if not row.has("error")]
    failed = [row for row in rows if row.has("error")]
    status = str(header.get("status") or "success")
    expected = None if entry.where else _expected(header_row, status)
    verdict = _scorer(done[0], entry) if done and entry.grader == "log" else None
    return Log(
        [_draw(row, entry, verdict, header_row.string("eval.model")) for row in done],
        task=header_row.string("eval.task"),
        expected=expected,
        lost={f"ended in an error ({_error(failed[0])})": len(failed)} if failed else {},
        stopped=None
        if status == "success"
        else {"error": "an error", "started": "not finished"}.get(status, status),
        verdict=verdict,
        others=_others(done[0], verdict) if verdict else (),
    )


def _others(row: Row, verdict: str) -> tuple[str, ...]:
    return tuple(
        name for name in row.part("scores").fields if name not in (verdict, verdict.partition(".")[0])
    )


def _parts(path: Path) -> tuple[dict[str, Any], list[Row]]:
    if kind(path) == ".eval":
        return read_eval(path)
    content = read_object(path)
    if "eval" not in content:
        raise ImportFileError(
            f"{path}: not a log of inspect_ai: it has no object 'eval'; choose another --format"
        )
    return content, list(rows_of(path, {"samples": content.get("samples") or []}, "samples"))


def _expected(header_row: Row, status: str) -> int | None:
    """Samples times epochs. What the results say counts only when the run came to its end."""
    ids, total = header_row.get("eval.dataset.sample_ids"), header_row.get("results.total_samples")
    if isinstance(ids, list) and ids:
        return len(ids) * (optional_whole(header_row, "eval.config.epochs") or 1)
    return total if type(total) is int and status == "success" else None


def _error(row: Row) -> str:
    return " ".join(str(row.get("error.message") or row.get("error")).split())[:80]


def _draw(row: Row, entry: Import, verdict: str | None, model: Any) -> Draw:
    output = row.part("output")
    choice = Row(row.place, {"choice": next(iter(output.listed("choices")), None)}).part("choice")
    correct, answer = (None, None) if verdict is None else _score(row, verdict, entry)
    completion = output.string("completion") or _text(row, choice.get("message.content")) or ""
    usage, stopped = _usage(row, output, model), choice.string("stop_reason")
    return Draw(
        place=row.place,
        uid=uid_of(row, entry.uid, ("id",)),
        completion=completion,
        sample=row.whole("epoch") - 1 if row.has("epoch") else None,
        correct=correct,
        # Some scorers record the whole completion as the answer.
        answer=answer if answer and answer.strip() != completion.strip() else None,
        facts=_facts(row),
        prompt=_input(row),
        completion_tokens=optional_whole(usage, "output_tokens"),
        prompt_tokens=sum(optional_whole(usage, name) or 0 for name in CACHED)
        if usage.has("input_tokens")
        else None,
        finish_reason={"max_tokens": "length"}.get(stopped or "", stopped),
    )


def _usage(row: Row, output: Row, model: str | None) -> Row:
    """Tokens of every call to the evaluated model in a sample; those of a grading model do not count."""
    by_model = row.part("model_usage")
    name = next((name_of for name_of in (model, output.string("model")) if name_of in by_model.fields), None)
    return by_model.part(name) if name else output.part("usage")


def _scorer(row: Row, entry: Import) -> str:
    """The scorer, or scorer.key, that is the verdict."""
    if entry.verdict is not None:
        return entry.verdict
    row.value("scores")
    scores = row.part("scores").fields
    if len(scores) != 1:
        raise ImportFileError(
            f"{row.place}: scorers {', '.join(scores) or 'none'}; say by --verdict which one counts, or "
            "have the completions graded here by --grader wideband"
        )
    return next(iter(scores))


def _score(row: Row, verdict: str, entry: Import) -> tuple[bool, str | None]:
    row.value("scores")
    scores = row.part("scores").fields
    name = verdict if verdict in scores else verdict.partition(".")[0]
    if name not in scores:
        raise ImportFileError(f"{row.place}: no scorer '{verdict}'; it has {', '.join(scores) or 'none'}")
    score_row = Row(row.place, {"score": scores[name]}).part("score")
    value = score_row.value("value")
    if isinstance(value, dict):
        key = verdict.removeprefix(f"{name}.") if verdict != name else None
        if key not in value:
            choices = ", ".join(f"{name}.{scorer}" for scorer in value)
            raise ImportFileError(
                f"{row.place}: the score of {name} is a mapping; say by --verdict which of it counts: "
                f"{choices}"
            )
        value = value[key]
    return score(row.place, verdict, value, entry), optional_text(score_row, "answer")


def _facts(row: Row) -> dict[str, Any]:
    target = row.get("target")
    if isinstance(target, list):
        # Several targets: any of them is right, which one gold cannot say.
        target = target[0] if len(target) == 1 else None
    if target is not None and not isinstance(target, str | int | float):
        raise row.wrong(("target",), target, "text")
    level = row.part("metadata")
    facts = {name: level.get(name) for name in DESCRIBED} | {"problem": _input(row), "gold": target}
    numbers = {name: small_number(facts[name]) for name in ("level", "year")}
    return {
        name: value if name in numbers else str(value)
        for name, value in (facts | numbers).items()
        if value is not None and str(value).strip()
    }


def _input(row: Row) -> str | None:
    messages = row.get("input")
    if isinstance(messages, list):
        users = [
            message for message in messages if isinstance(message, dict) and message.get("role") == "user"
        ]
        return _text(row, users[-1].get("content")) if users else None
    return row.string("input")


def _text(row: Row, content: Any) -> str | None:
    """A message's text: itself, or the text parts of a list."""
    if isinstance(content, list):
        parts = [part.get("text", "") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return Row(row.place, {"content": content}).string("content")


FORMAT = EvalFormat(
    summary="a log of inspect_ai: .eval, or JSON",
    example="logs/2026-01-01_gsm8k_x.eval --study s --arm a --benchmark gsm8k --verdict match",
    read=read,
    seeds=False,
    objects=(("eval", "samples"), ("eval", "status", "version")),
    suffix=".eval",
)
