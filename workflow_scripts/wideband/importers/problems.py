"""Format `problems`, and the problems that any other format tells something about.

    {"uid": "aime_2025__9", "source": "aime", "year": 2025, "problem": "…", "gold": "81"}

JSONL, JSON (an array, or the list `inside` of an object), CSV or Parquet. All but the uid is optional; what
no file says is null. `fields: {options: …}` names the list of an item's valid answers. The slice holds every
problem that one of its files is about, in the order of the files. Two rows of one uid that say two things
about its problem or its gold are an error: they are two problems.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..config.import_file import LOGS, Import
from ..data.answers import after_hashes, answer_type, last_boxed
from ..tables import SCHEMAS
from .counts import answer_of, item_of
from .errors import ImportFileError
from .files import read_rows
from .log import FACTS, facts_of
from .log_tables import read_log
from .row import Row, shown, uid_of

COLUMNS = list(SCHEMAS["problems"].columns)
ASKED = {"problem": "problem", "gold": "gold"}


@dataclass
class _Problem:
    """What is known of a problem, where each of it was first said, and a prompt that holds it."""

    facts: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    prompt: str | None = None
    graded: str | None = None


@dataclass(frozen=True)
class _Statement:
    """What a row says about a problem."""

    place: str
    uid: str
    facts: dict[str, Any]
    prompt: str | None = None


def read_problems(root: Path, entries: Iterable[Import], name: str) -> pd.DataFrame:
    """The problems table of the slice `name`, out of files under `root`.

    Raises ImportFileError naming file and row.
    """
    found: dict[str, _Problem] = {}
    for entry in entries:
        for statement in _statements(root, entry):
            problem = found.setdefault(statement.uid, _Problem())
            _learn(problem, statement)
            problem.prompt = problem.prompt or statement.prompt
            problem.graded = problem.graded or (statement.place if entry.graded_here else None)
    for uid, problem in found.items():
        if problem.graded and "gold" not in problem.facts:
            raise ImportFileError(
                f"{problem.graded}: problem '{uid}' has no gold, which --grader wideband needs; name its "
                "field by --gold, or add golds to the rows"
            )
    rows = [_complete(uid, problem, name) for uid, problem in found.items()]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"level": "Int64", "year": "Int64"})


def _statements(root: Path, entry: Import) -> Iterator[_Statement]:
    if entry.format in LOGS:
        for draw in read_log(root, entry).draws:
            yield _Statement(draw.place, draw.uid, draw.facts, draw.prompt)
        return
    if entry.format == "answers":
        yield from _counted(root / entry.paths[0], entry)
        return
    names = FACTS | ({"gold": ("gold", "answer")} if entry.format == "problems" else {})
    for path in entry.paths:
        for row in read_rows(root / path, entry.inside or "per_problem", entry.where):
            yield _Statement(row.place, uid_of(row, entry.uid), facts_of(row, names) | _options(row, entry))


def _counted(path: Path, entry: Import) -> Iterator[_Statement]:
    """The items of counted answers; their options are the rows, unless a file of problems lists them."""
    listed: dict[str, list[str]] = {}
    rows = read_rows(path, where=entry.where)
    for row in rows:
        listed.setdefault(item_of(row, entry), []).append(answer_of(row, entry))
    for uid, options in listed.items():
        yield _Statement(str(path), uid, {"options": options})


def _options(row: Row, entry: Import) -> dict[str, list[str]]:
    name = entry.fields.get("options")
    found = row.listed(name) if name else []
    if not all(isinstance(option, str) and option.strip() for option in found) or len(set(found)) < len(
        found
    ):
        raise row.wrong((str(name),), found, "a list of different texts")
    return {"options": found} if found else {}


def _learn(problem: _Problem, statement: _Statement) -> None:
    facts = {key: gold(value) if key == "gold" else value for key, value in statement.facts.items()}
    for key, what in ASKED.items():
        known, new = problem.facts.get(key), facts.get(key)
        if known is not None and new is not None and not _same(known, new):
            raise ImportFileError(
                f"{statement.place}: problem '{statement.uid}' has the {what} {shown(new)}, but at "
                f"{problem.places[key]} it is {shown(known)}: two problems under one uid; tell them apart by "
                "--uid (a field, or a pattern such as '{subject}_{id}'), or import the file under another "
                "--benchmark"
            )
    for key, value in facts.items():
        if key not in problem.facts:
            problem.facts[key], problem.places[key] = value, statement.place


def gold(text: str) -> str:
    r"""The answer in a gold that is a whole solution (`… #### 8`, `… \boxed{8}`); any other as it is."""
    return after_hashes(text) or last_boxed(text) or text


def _same(one: str, other: str) -> bool:
    """Equal but for white space, or as plain numbers."""
    if "".join(one.split()) == "".join(other.split()):
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _complete(uid: str, problem: _Problem, name: str) -> dict[str, Any]:
    facts = problem.facts
    known = {key: facts.get(key) for key in COLUMNS} | {"problem": facts.get("problem") or problem.prompt}
    kind = answer_type(facts["gold"]) if "gold" in facts else "unknown"
    source = facts.get("source") or name
    task = "choice" if "options" in facts else "math"
    return {**known, "uid": uid, "source": source, "split": "imported", "task": task, "answer_type": kind}
