"""Bare arithmetic for the corpus: the facts that the stories need, several to a document."""

from .draws import Draws
from .problem import Step, apply

FEWEST, MOST = 3, 5


def drill(draws: Draws) -> tuple[str, tuple[Step, ...]]:
    """Some sums to work out in turn; the answer is the last one's value."""
    steps = tuple(_sum(draws) for _ in range(draws.between(FEWEST, MOST)))
    asked = ", ".join(f"{step.a}{step.op}{step.b}" for step in steps)
    return f"Work out {asked}. What is the last?", steps


def _sum(draws: Draws) -> Step:
    while True:
        op = draws.pick("++--**/")
        b = draws.between(2, 9)
        if op in "*/":
            a = draws.between(2, 10) * (b if op == "/" else 1)
        else:
            a = draws.between(2, 40)
            b = draws.between(2, 20) if draws.chance(0.25) else b
        value = apply(op, a, b)
        if value:
            return Step(a, op, b, value, "")
