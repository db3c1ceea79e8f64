"""What completions answer and whether that is right, as their tasks say: the one place, for all verdicts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import tasks
from ..config.sources import DEFAULT
from ..scaffolds import Parsed
from ..tasks import Reading
from .grader import NO_ANSWER, RIGHT, UNPARSED, WRONG, Grader, Outcome

NO_GOLD = Outcome(None, "no_gold")


@dataclass(frozen=True)
class Asked:
    """What an item asks for: the name of its task, its valid answers as the task reads them, any gold."""

    task: str
    options: Sequence[str]
    gold: str | None


def asked_of(row: Mapping[str, Any]) -> Asked:
    """What a row of a problems table asks for."""
    task = _text(row.get("task")) or DEFAULT
    return Asked(task, tasks.valid_answers(task, row), _text(row["gold"]))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def parse(scaffold: str, completions: Sequence[str], asked: Sequence[Asked]) -> list[Parsed]:
    """The parts of completions in a scaffold, each as the task of its item is read."""
    readers = {task: tasks.reader(task, scaffold) for task in {item.task for item in asked}}
    return [readers[item.task].parse(text) for text, item in zip(completions, asked, strict=True)]


@dataclass(frozen=True)
class Judged:
    """A completion as its task reads it, and the verdict."""

    reading: Reading
    outcome: Outcome


def judge(grader: Grader, parsed: Sequence[Parsed], asked: Sequence[Asked]) -> list[Judged]:
    """The verdicts of completions, one for each item asked.

    `correct` is None where the task has no gold. A task whose outcomes are compared (COMPARES) is right where
    outcome and gold are one text, one with tests where they pass; of the others the grader compares answer
    and gold. Raises GradingError for a gold that is missing.
    """
    kinds = [tasks.load(item.task) for item in asked]
    readings = [kind.read(part, item.options) for kind, part, item in zip(kinds, parsed, asked, strict=True)]
    outcomes = [NO_GOLD] * len(asked)
    # What is left to the grader, and to the tests of each task.
    rows, tested = [], defaultdict(list)
    for row, (kind, reading) in enumerate(zip(kinds, readings, strict=True)):
        if "gold" not in kind.GIVES:
            continue
        if kind.COMPARES == "outcome":
            outcomes[row] = _same(reading, asked[row].gold)
        elif kind.COMPARES == "answer":
            rows.append(row)
        elif reading.answer is None:
            outcomes[row] = NO_ANSWER if parsed[row].answer is None else UNPARSED
        else:
            tested[asked[row].task].append(row)
    for task, of_task in tested.items():
        answers = [(readings[row].answer, asked[row].options) for row in of_task]
        for row, outcome in zip(of_task, examined(grader, task, answers), strict=True):
            outcomes[row] = outcome
    graded = grader.grade([(parsed[row].answer, asked[row].gold or "") for row in rows]) if rows else []
    for row, outcome in zip(rows, graded, strict=True):
        outcomes[row] = outcome
    return [Judged(*parts) for parts in zip(readings, outcomes, strict=True)]


def examined(grader: Grader, task: str, answers: Sequence[tuple[str, Any]]) -> list[Outcome]:
    """The verdicts of a task's own tests on answers, each with what its item asks for; equal ones once."""
    known = grader.examined
    new = list(dict.fromkeys(answer for answer in answers if (task, *answer) not in known))
    statuses = tasks.load(task).examine(new, grader.timeout_s, grader.workers)
    for answer, status in zip(new, statuses, strict=True):
        known[task, *answer] = Outcome(status == "passed", status)
    return [known[task, *answer] for answer in answers]


def _same(reading: Reading, gold: str | None) -> Outcome:
    if reading.answer is None:
        return NO_ANSWER
    return RIGHT if reading.outcome == gold else WRONG
