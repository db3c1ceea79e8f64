"""What an item of the task `program` asks for, as its gold keeps it: tests of a program, or a value."""

import ast
import json
import warnings
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from .errors import ExamError

# Characters of a program or value; what is longer is no answer.
LONGEST = 40_000


@dataclass(frozen=True)
class Suite:
    """A program is asked for that passes tests.

    Attributes:
        names: what the program defines and the tests call.
        given: code that stands before the program; the program may go on where it ends.
        tests: code that raises AssertionError unless the program is right.
        solution: a program that is.
    """

    names: tuple[str, ...]
    given: str
    tests: str
    solution: str


@dataclass(frozen=True)
class Value:
    """The value of an expression is asked for: what it is, as a literal."""

    literal: str


Exam = Suite | Value


def written(exam: Exam) -> str:
    """An exam as the gold of an item. Raises ExamError for one that cannot be decided."""
    text = json.dumps(asdict(exam), ensure_ascii=False, sort_keys=True)
    read(text)
    return text


@lru_cache(4096)
def read(gold: str) -> Exam:
    """The exam that a gold holds. Raises ExamError."""
    try:
        content = json.loads(gold)
        exam = (
            Value(**content)
            if "literal" in content
            else Suite(**{**content, "names": tuple(content["names"])})
        )
    except (ValueError, TypeError, KeyError):
        raise ExamError(f"gold {gold[:60]!r} holds neither tests of a program nor a value") from None
    if isinstance(exam, Value) and evaluated(exam.literal) is NOTHING:
        raise ExamError(f"gold value {exam.literal[:60]!r} is not a Python literal")
    if isinstance(exam, Suite) and not (exam.names and parsed(exam.tests) and parsed(exam.given)):
        raise ExamError(
            f"tests {exam.tests[:60]!r} are not valid Python, or use nothing that a program defines"
        )
    return exam


NOTHING: Any = object()


def parsed(code: str) -> ast.Module | None:
    """The syntax tree of a program; None of what is none, or is beyond the parser."""
    if len(code) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def evaluated(text: str) -> Any:
    """The value of a literal; NOTHING of what is none."""
    tree = parsed(text.strip())
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return NOTHING
    try:
        return ast.literal_eval(tree.body[0].value)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return NOTHING
