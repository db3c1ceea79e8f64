"""A generated problem: its text, its gold answer and the steps that lead to it."""

from dataclasses import dataclass

LARGEST = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One line of working, `a op b = value`.

    `a_from` and `b_from` name the earlier step whose value the operand is (None: a number of the
    problem). `phrase` says in a word or two what the value stands for.
    """

    a: int
    op: str
    b: int
    value: int
    phrase: str
    a_from: int | None = None
    b_from: int | None = None


@dataclass(frozen=True, slots=True)
class GeneratedProblem:
    """A problem with one non-negative integer answer, `gold`, the value of its last step."""

    uid: str
    source: str
    split: str
    problem: str
    gold: str
    level: int
    subject: str | None
    answer_type: str
    steps: tuple[Step, ...]


def apply(op: str, a: int, b: int) -> int | None:
    """`a op b`, or None where the families do not go: below 0, above LARGEST, inexact division."""
    if op == "+":
        value = a + b
    elif op == "-":
        value = a - b
    elif op == "*":
        value = a * b
    elif op == "mod":
        value = a % b if b else -1
    else:
        value = a // b if b and a % b == 0 else -1
    return value if 0 <= value <= LARGEST else None


def evaluate(steps: tuple[Step, ...]) -> int:
    """The last value of `steps`, worked out again from the operations and the problem's own numbers.

    Raises ValueError where a step leaves the families (negative, inexact or too large).
    """
    values: list[int] = []
    for step in steps:
        a = step.a if step.a_from is None else values[step.a_from]
        b = step.b if step.b_from is None else values[step.b_from]
        value = apply(step.op, a, b)
        if value is None:
            raise ValueError(f"{a} {step.op} {b} is outside the generated families (0..{LARGEST})")
        values.append(value)
    return values[-1]
