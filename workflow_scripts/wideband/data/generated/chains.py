"""Olympiad puzzles of any length, built operation by operation so that every value stays in range."""

from .draws import Draws
from .problem import LARGEST, Step, apply
from .words import NAMES, NOUNS

Made = tuple[str, tuple[Step, ...]]
Operation = tuple[str, int]

SAID = {
    "+": ("add {}", "increase it by {}", "add on {}"),
    "-": ("subtract {}", "take away {}", "decrease it by {}"),
    "*": ("multiply by {}", "make it {} times as large"),
    "/": ("divide by {}", "keep one of {} equal parts"),
}
HALVES = ("halve it", "take half")
DOUBLES = ("double it", "make it twice as large")
OPENINGS = ("Start with {}.", "I think of {}.", "Take the number {}.", "Write {} on a board.")
QUESTIONS = (
    "What number do you get?",
    "What is the result?",
    "What is the final number?",
    "What number comes out?",
)


def words_chain(length: int, draws: Draws) -> Made | None:
    """A chain of operations told in words: start, double it, add 5, …"""
    start = draws.between(2, 9)
    operations = _operations(start, length, draws)
    if operations is None:
        return None
    sentences = [_say(op, number, draws) for op, number in operations]
    joined = _sentences(sentences, draws)
    text = f"{draws.pick(OPENINGS).format(start)} {joined} {draws.pick(QUESTIONS)}"
    steps = run_chain(start, operations)
    return (text, steps) if steps else None


def machine(length: int, draws: Draws) -> Made | None:
    """A machine whose three buttons change the number it shows."""
    start = draws.between(2, 9)
    plus, minus, times = draws.between(2, 9), draws.between(2, 9), draws.between(2, 3)
    keys = {"R": ("+", plus), "G": ("-", minus), "B": ("*", times)}
    presses = [draws.pick("RGB") for _ in range(length)]
    operations = [keys[press] for press in presses]
    steps = run_chain(start, operations)
    if not steps or len(set(presses)) < 2:
        return None
    does = f"R adds {plus}, G subtracts {minus}, B multiplies by {times}"
    owner = draws.pick(NAMES)
    begin = draws.pick(
        (f"A machine shows {start}. Button {does}.", f"{owner} has a counter at {start}: {does}.")
    )
    text = f"{begin} What does it show after {' '.join(presses)}?"
    return text, steps


def journey(length: int, draws: Draws) -> Made | None:
    """People get on and off at the stops of a ride."""
    start, (ride, _) = draws.between(5, 20), draws.pick(NOUNS["ride"])
    operations = [(draws.pick("+-"), draws.between(2, 9)) for _ in range(length)]
    steps = run_chain(start, operations)
    if not steps or len({op for op, _ in operations}) < 2:
        return None
    people = draws.pick(NOUNS["person"])[1]
    moves = ", then ".join(f"{number} get {'on' if op == '+' else 'off'}" for op, number in operations)
    return f"A {ride} leaves with {start} {people}: {moves}. How many {people} are on it at the end?", steps


def composition(length: int, draws: Draws) -> Made | None:
    """f(x) = nx + a and g(x) = x - b (or x + b), one inside the other; f takes two steps, g one."""
    n, a, b, start = draws.between(2, 3), draws.between(1, 9), draws.between(2, 9), draws.between(1, 9)
    sign = draws.pick("+-")
    calls = ""
    while (left := length - calls.count("f") * 2 - calls.count("g")) > 0:
        calls += draws.pick("fg") if left > 1 else "g"
    if "f" not in calls or "g" not in calls:
        return None
    inside = {"f": [("*", n), ("+", a)], "g": [(sign, b)]}
    steps = run_chain(start, [operation for call in calls for operation in inside[call]])
    if not steps:
        return None
    var = draws.pick("xyt")
    asked = "(".join(reversed(calls)) + f"({start}" + ")" * len(calls)
    verb = draws.pick(("Find", "Compute"))
    text = f"Let f({var}) = {n}{var} + {a} and g({var}) = {var} {sign} {b}. {verb} {asked}."
    return text, steps


def run_chain(start: int, operations: list[Operation]) -> tuple[Step, ...]:
    """Steps of the operations applied one after another; empty where a value leaves the range."""
    steps: list[Step] = []
    value = start
    for op, number in operations:
        result = apply(op, value, number)
        if not result:
            return ()
        steps.append(Step(value, op, number, result, "", len(steps) - 1 if steps else None))
        value = result
    return tuple(steps)


def _operations(start: int, length: int, draws: Draws) -> list[Operation] | None:
    operations: list[Operation] = []
    value = start
    for _ in range(length):
        options = _possible(value, operations[-1] if operations else None, draws)
        op, number = draws.pick(options)
        operations.append((op, number))
        value = apply(op, value, number) or 0
    return operations if len({op for op, _ in operations}) > 1 else None


def _possible(value: int, last: Operation | None, draws: Draws) -> list[Operation]:
    """Operations that keep the value in 1..LARGEST, none that undoes the last one."""
    options = [("+", draws.between(2, 9)), ("-", draws.between(2, 9))]
    options += [("*", draws.between(2, 4)), ("/", draws.between(2, 3)), ("/", 2)]
    fits = [(op, number) for op, number in options if 0 < (apply(op, value, number) or 0) <= LARGEST]
    undo = {"+": "-", "-": "+", "*": "/", "/": "*"}
    return [(op, n) for op, n in fits if last is None or (undo[op], n) != last] or [("+", 3)]


def _say(op: str, number: int, draws: Draws) -> str:
    if number == 2 and op == "*" and draws.chance(0.7):
        return draws.pick(DOUBLES)
    if number == 2 and op == "/":
        return draws.pick(HALVES)
    return draws.pick(SAID[op][:1] * 3 + SAID[op]).format(number)


def _sentences(parts: list[str], draws: Draws) -> str:
    style = draws.between(0, 2)
    if style == 0:
        return " ".join(part[0].upper() + part[1:] + "." for part in parts)
    text = (", then " if style == 1 else ", ").join(parts[:-1])
    text = f"{text}, {'then' if style == 1 else 'and finally'} {parts[-1]}."
    return text[0].upper() + text[1:]
