"""How one step, or several, are put into symbols or words."""

from .draws import Draws
from .problem import Step

SAID = {"+": "plus", "-": "minus", "*": "times", "/": "over", "mod": "mod"}
VERB = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "mod": "take the remainder"}


def equation(step: Step) -> str:
    """`3+4=7`: no spaces, for every token of a working costs a small model's time."""
    op = " mod " if step.op == "mod" else step.op
    return f"{step.a}{op}{step.b}={step.value}"


def worded(step: Step) -> str:
    """`3 plus 4 is 7`."""
    return f"{step.a} {SAID[step.op]} {step.b} is {step.value}"


def label_first(step: Step) -> str:
    """`in all: 3+4=7`, where the step has a name."""
    return f"{step.phrase}: {equation(step)}" if step.phrase else equation(step)


def label_last(step: Step) -> str:
    """`3+4=7 in all`, where the step has a name."""
    return f"{equation(step)} {step.phrase}".strip()


def equations(steps: tuple[Step, ...], joint: str = ", ") -> str:
    """All steps as equations."""
    return joint.join(map(equation, steps))


def plan(steps: tuple[Step, ...]) -> str:
    """`add, then multiply`."""
    return ", then ".join(VERB[step.op] for step in steps)


def check(step: Step) -> str:
    """The step turned round, `7-4=3`; its value alone where it cannot be or does not hold."""
    back = {"+": ("-", step.a + step.b), "-": ("+", step.a - step.b), "*": ("/", step.a * step.b)}
    op, true = back.get(step.op, ("*", step.a // step.b if step.b else 0))
    if step.op == "mod" or true != step.value or (op == "/" and step.b == 0):
        return f"{step.value}"
    return f"{step.value}{op}{step.b}={step.a}"


def near(value: int, draws: Draws) -> int:
    """A wrong number close to `value`."""
    return value + draws.pick((1, 2, 10) if value < 10 else (-10, -2, -1, 1, 2, 10))


def chunks(steps: tuple[Step, ...]) -> list[tuple[Step, ...]]:
    """Steps dealt into turns: one by one when there are few, else in twos or threes."""
    size = (len(steps) + 2) // 3
    return [steps[start : start + size] for start in range(0, len(steps), size)]
