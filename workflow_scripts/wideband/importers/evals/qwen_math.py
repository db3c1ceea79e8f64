r"""Format `qwen_math`: outputs of Qwen2.5-Math's evaluation (`test_qwen25-math-cot_….jsonl`).

    {"idx": 0, "question": "…", "gt": "2", "code": ["\\boxed{2}", "…"], "pred": ["2", "3"],
     "score": [true, false]}

A row is a problem; its rollouts are in code, the answers read of them in pred, verdicts in score. Tokens
are not recorded.
"""

from pathlib import Path

from ...config.import_file import Import
from ..errors import ImportFileError
from ..files import read_rows
from ..log import FACTS, Draw, EvalFormat, Log, facts_of, score
from ..row import Row, uid_of

NAMES = FACTS | {"gold": ("gt", "answer")}


def read(path: Path, entry: Import) -> Log:
    """The rollouts of every row. Raises ImportFileError naming file and row."""
    return Log([draw for row in read_rows(path, where=entry.where) for draw in _draws(row, entry)])


def _draws(row: Row, entry: Import) -> list[Draw]:
    uid, facts = uid_of(row, entry.uid, ("idx", "id", "unique_id")), facts_of(row, NAMES)
    texts, answers = _list(row, "code"), row.get("pred")
    scores = _list(row, "score") if entry.grader == "log" else [None] * len(texts)
    answers = answers if isinstance(answers, list) and len(answers) == len(texts) else [None] * len(texts)
    if len(scores) != len(texts):
        raise ImportFileError(
            f"{row.place}: {len(scores)} scores for {len(texts)} completions in 'code'; restore it"
        )
    draws = []
    for text, value, answer in zip(texts, scores, answers, strict=True):
        if not isinstance(text, str):
            raise row.wrong(("code",), row.fields["code"], "a list of texts")
        correct = None if value is None else score(row.place, "score", value, entry)
        extracted = answer if isinstance(answer, str) and answer.strip() else None
        draws.append(Draw(row.place, uid, text, correct=correct, answer=extracted, facts=facts))
    return draws


def _list(row: Row, name: str) -> list:
    found = row.value(name)
    return found if isinstance(found, list) else [found]


FORMAT = EvalFormat(
    summary="outputs of Qwen2.5-Math's evaluation: rows with gt, code, pred, score",
    example="test_qwen25-math-cot_-1_seed0_t0.6_s0_e-1.jsonl --study s --arm a --benchmark math",
    read=read,
    rows=(("code", "gt", "score"), ("code", "gt", "pred")),
)
