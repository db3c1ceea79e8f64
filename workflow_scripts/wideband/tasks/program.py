"""A program, or the value of an expression, is asked for: right is what passes its tests in a sandbox."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..programs import exam
from ..programs.exam import Exam, Suite, Value
from ..programs.extract import canonical, program, same, value
from ..programs.verdicts import verdicts
from ..scaffolds import Parsed
from .base import Reading

DESCRIPTION = "a program that passes tests, or the value of an expression"
GIVES = frozenset({"gold", "answer", "code"})
COMPARES = "tests"


def valid(item: Mapping[str, Any]) -> Exam:
    """The exam of an item, which its gold holds."""
    return exam.read(item["gold"])


def read(parsed: Parsed, options: Exam) -> Reading:
    """The program that would run, or the literal; valid is what can be found and parses."""
    text = parsed.answer
    if text is None:
        return Reading(None, None)
    found = program(text, options) if isinstance(options, Suite) else value(text)
    return Reading(found, canonical(found) if found is not None else None)


def examine(answers: Sequence[tuple[str, Exam]], timeout_s: float, workers: int) -> list[str]:
    """The status of each answer; `passed` alone is right. Raises SandboxError before any program runs."""
    programs = [(answer, exam) for answer, exam in answers if isinstance(exam, Suite)]
    decided = iter(verdicts(programs, timeout_s, workers))
    return [
        next(decided) if isinstance(exam, Suite) else ("passed" if same(answer, exam) else "failed")
        for answer, exam in answers
    ]


def solution(options: Exam) -> str:
    """The answer that the gold holds."""
    return options.literal if isinstance(options, Value) else options.solution
