"""One mistake put into a worked solution and carried through to its answer."""

from collections.abc import Callable
from dataclasses import replace

from .draws import Draws
from .problem import Step, apply

Steps = tuple[Step, ...]
OFF_BY = (-10, -2, -1, -1, 1, 1, 2, 10)
CONFUSED = {"+": "-*", "-": "+", "*": "+", "/": "-", "mod": "-"}
MOST_ATTEMPTS = 12


def spoil(steps: Steps, draws: Draws) -> Steps:
    """The working with one mistake: a value off by a little, a wrong operation, or a step left out.

    Later steps go on from the wrong value, so the working is consistent and its last value is wrong.
    """
    gold = steps[-1].value
    kinds: tuple[Callable[[Steps, int, Draws], Steps | None], ...] = (_slip, _slip, _confuse, _skip)
    for _ in range(MOST_ATTEMPTS):
        spoiled = draws.pick(kinds)(steps, draws.between(0, len(steps) - 1), draws)
        if spoiled and spoiled[-1].value != gold:
            return spoiled
    return (*steps[:-1], replace(steps[-1], value=gold + draws.between(1, 3)))


def _slip(steps: Steps, index: int, draws: Draws) -> Steps | None:
    value = steps[index].value + draws.pick(OFF_BY)
    if value < 0:
        return None
    return _carry([*steps[:index], replace(steps[index], value=value)], steps[index + 1 :])


def _confuse(steps: Steps, index: int, draws: Draws) -> Steps | None:
    step = steps[index]
    op = draws.pick(CONFUSED[step.op])
    value = apply(op, step.a, step.b)
    if value is None:
        return None
    return _carry([*steps[:index], replace(step, op=op, value=value)], steps[index + 1 :])


def _skip(steps: Steps, index: int, draws: Draws) -> Steps | None:
    if len(steps) == 1:
        return None
    skipped = steps[index]
    if index == len(steps) - 1:
        return steps[:-1]
    rest = [_without(step, index, skipped) for step in steps[index + 1 :]]
    return _carry(list(steps[:index]), tuple(rest))


def _without(step: Step, index: int, skipped: Step) -> Step:
    """`step` with references to the skipped step led to what that step started from."""
    changed = {}
    for operand in ("a", "b"):
        origin = getattr(step, f"{operand}_from")
        if origin == index:
            changed |= {operand: skipped.a, f"{operand}_from": skipped.a_from}
        elif origin is not None and origin > index:
            changed |= {f"{operand}_from": origin - 1}
    return replace(step, **changed)


def _carry(done: list[Step], rest: Steps) -> Steps | None:
    for step in rest:
        a = step.a if step.a_from is None else done[step.a_from].value
        b = step.b if step.b_from is None else done[step.b_from].value
        value = apply(step.op, a, b)
        if value is None:
            return None
        done.append(replace(step, a=a, b=b, value=value))
    return tuple(done)
