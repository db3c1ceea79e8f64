"""Format `problems`, and the problems that any other format tells something about.

    {"uid": "aime_2025__9", "source": "aime", "year": 2025, "problem": "…", "gold": "81"}

JSONL or JSON. All but the uid is optional; what no file says is null. The slice holds every problem that one
of its files is about, in the order of the files.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ..config.imports import Import
from ..data.answers import answer_type
from ..tables import SCHEMAS
from .errors import ImportFileError
from .files import Row, read_rows
from .identity import uid_of
from .inspect_log import inspect_problem
from .lm_eval import lm_eval_problem

TEXT = {
    "source": ("source",),
    "problem": ("problem", "question"),
    "gold": ("gold",),
    "subject": ("subject",),
}
NUMBERS = {"level": ("level",), "year": ("year",)}
INSIDE = {"inspect": "samples", "rollouts": "rollouts"}
PROBLEM_OF = {"inspect": inspect_problem, "lm_eval": lm_eval_problem}
COLUMNS = list(SCHEMAS["problems"].columns)


def read_problems(files: Iterable[tuple[Path, Import]], name: str) -> pd.DataFrame:
    """The problems table of the slice `name`. Raises ImportFileError naming file and row."""
    found: dict[str, dict[str, object]] = {}
    graded: dict[str, str] = {}
    for path, entry in files:
        for row in _rows(path, entry):
            uid = uid_of(row, None if entry.format in PROBLEM_OF else entry.uid)
            problem = found.setdefault(uid, {})
            problem |= {key: value for key, value in _facts(row, entry).items() if problem.get(key) is None}
            if entry.ours:
                graded.setdefault(uid, row.place)
    _require_golds(found, graded)
    rows = [_complete(uid, problem, name) for uid, problem in found.items()]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"level": "Int64", "year": "Int64"})


def _require_golds(found: dict[str, dict[str, object]], graded: dict[str, str]) -> None:
    """Problems whose rollouts are graded here need a gold; `graded` holds where each first stands."""
    for uid, place in graded.items():
        if found[uid]["gold"] is None:
            raise ImportFileError(
                f"{place}: problem '{uid}' has no gold, which grader: ours needs; add golds to the rows, "
                "or a file of format problems"
            )


def _rows(path: Path, entry: Import) -> list[Row]:
    """Rows with the problem's own fields; those of a log are taken apart first, under a uid of their own."""
    rows = read_rows(path, INSIDE.get(entry.format, "per_problem"), entry.where)
    return [PROBLEM_OF[entry.format](row, entry) if entry.format in PROBLEM_OF else row for row in rows]


def _facts(row: Row, entry: Import) -> dict[str, object]:
    names = TEXT | ({"gold": ("gold", "answer")} if entry.format == "problems" else {})
    texts = {key: row.text(*any_of) if row.has(*any_of) else None for key, any_of in names.items()}
    return texts | {key: _number(row, any_of) for key, any_of in NUMBERS.items()}


def _number(row: Row, names: tuple[str, ...]) -> int | None:
    """A level such as "5" is a number; one such as "?" says nothing."""
    text = str(row.value(*names)) if row.has(*names) else ""
    return int(text) if text.isdigit() else None


def _complete(uid: str, problem: dict[str, object], name: str) -> dict[str, object]:
    gold = problem["gold"]
    kind = answer_type(str(gold)) if gold is not None else "unknown"
    source = problem["source"] or name
    return {**problem, "uid": uid, "source": source, "split": "imported", "task": "math", "answer_type": kind}
