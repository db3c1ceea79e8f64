"""Format `every_eval_ever`: instance-level results in the schema of Every Eval Ever, 0.3.0.

    {"schema_version": "0.3.0", "evaluation_id": "…", "model_id": "…", "evaluation_name": "…",
     "sample_id": "…",
     "interaction_type": "single_turn", "input": {"raw": "…", "reference": ["8"]}, "output": {"raw": ["…"]},
     "answer_attribution": [{"extracted_value": "8", "is_terminal": true, …}],
     "evaluation": {"score": 1.0, "is_correct": true}}

A row is a rollout; rows of one sample_id are rollouts of one problem. Of several evaluations in one file
`--where evaluation_name=…` takes one. The verdict is evaluation.is_correct; `--at-least` decides by
evaluation.score instead. Text is output.raw, or the last assistant's message of a conversation. The aggregate
file beside it holds no results of single samples: name the `_samples.jsonl`.
"""

from pathlib import Path

from ...config.import_file import Import
from ..errors import ImportFileError
from ..files import kind, read_object, read_rows
from ..log import Draw, EvalFormat, Log, score
from ..row import Row, optional_whole, uid_of

INPUT = ("input_tokens", "input_tokens_cache_read", "input_tokens_cache_write")


def read(path: Path, entry: Import) -> Log:
    """The rollouts of every row. Raises ImportFileError naming file and row."""
    if kind(path) == ".json":
        raise ImportFileError(_aggregate(path))
    rows = read_rows(path, where=entry.where)
    which = list(
        dict.fromkeys(str(row.get("evaluation_result_id") or row.get("evaluation_name")) for row in rows)
    )
    if len(which) > 1:
        field = "evaluation_result_id" if rows[0].has("evaluation_result_id") else "evaluation_name"
        raise ImportFileError(
            f"{path}: results of {', '.join(which[:6])}; choose one by --where '{field}={which[0]}'"
        )
    failed = [row for row in rows if row.has("error")]
    return Log(
        [_draw(row, entry) for row in rows if not row.has("error")],
        task=str(rows[0].get("evaluation_name")),
        lost={f"ended in an error ({str(failed[0].get('error'))[:80]})": len(failed)} if failed else {},
    )


def _aggregate(path: Path) -> str:
    detailed = read_object(path).get("detailed_evaluation_results")
    samples_file = Path(str(detailed.get("file_path"))).name if isinstance(detailed, dict) else None
    found = (
        f"name {samples_file}"
        if samples_file
        else "it names no file of them, so that nothing can be imported"
    )
    return f"{path}: holds aggregated scores only; results of single samples are in a file beside it: {found}"


def _draw(row: Row, entry: Import) -> Draw:
    fields = Row(row.place, {"completion": _completion(row)})
    asked, usage = row.part("input").string("raw"), row.part("token_usage")
    references = row.part("input").listed("reference")
    gold = references[0] if len(references) == 1 else None
    facts = {"problem": asked, "gold": gold, "subject": row.get("metadata.subject")}
    correct = None if entry.graded_here else row.flag("evaluation.is_correct")
    if correct is not None and entry.at_least is not None:
        correct = score(row.place, "evaluation.score", row.real("evaluation.score"), entry)
    return Draw(
        row.place,
        uid_of(row, entry.uid, ("sample_id",)),
        fields.get("completion"),
        correct=correct,
        answer=_answer(row),
        facts={key: value for key, value in facts.items() if isinstance(value, str) and value.strip()},
        prompt=row.part("input").string("formatted") or asked,
        completion_tokens=optional_whole(usage, "output_tokens"),
        prompt_tokens=sum(optional_whole(usage, name) or 0 for name in INPUT)
        if usage.has("input_tokens")
        else None,
    )


def _completion(row: Row) -> str | None:
    texts = row.get("output.raw")
    if isinstance(texts, list) and texts:
        if len(texts) > 1 and not all(text == texts[0] for text in texts):
            raise ImportFileError(
                f"{row.place}: one verdict for {len(texts)} responses in output.raw; give a row for each"
            )
        return str(texts[0])
    messages = row.listed("messages")
    contents = [
        message.get("content")
        for message in messages
        if isinstance(message, dict) and message.get("role") == "assistant"
    ]
    return next((str(content) for content in reversed(contents) if content), None)


def _answer(row: Row) -> str | None:
    found = row.listed("answer_attribution")
    last = [
        answer.get("extracted_value")
        for answer in found
        if isinstance(answer, dict) and answer.get("is_terminal")
    ]
    return str(last[-1]).strip() or None if last else None


FORMAT = EvalFormat(
    summary="…_samples.jsonl of Every Eval Ever 0.3.0",
    example="f3a1c0de_samples.jsonl --study s --arm a --benchmark b",
    read=read,
    seeds=False,
    rows=(("schema_version", "sample_id", "evaluation"),),
    objects=(("schema_version", "evaluation_results"),),
)
