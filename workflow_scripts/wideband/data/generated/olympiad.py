"""The olympiad tier: four sources of rising length, each with puzzles of several kinds."""

from collections.abc import Callable

from .chains import Made, composition, journey, machine, words_chain
from .draws import Draws
from .template import Template
from .template import template as t

# Steps of working in a problem of each source; the problem's level.
SOURCES: dict[str, int] = {"amc": 3, "olympiadbench": 4, "aime": 5, "hmmt": 6}

Kind = Callable[[int, Draws], Made | None]
CHAINS: tuple[Kind, ...] = (words_chain, words_chain, machine, journey, composition)

SMALL = {"a": (2, 9), "b": (2, 9), "c": (2, 9), "d": (2, 9), "n": (2, 3), "m": (2, 4)}


def _puzzle(text: str, program: str, **ranges: tuple[int, int]) -> Template:
    return t(text, program, **{**{k: v for k, v in SMALL.items() if f"{{{k}}}" in text}, **ranges})


PUZZLES: tuple[Template, ...] = (
    # digit games
    _puzzle(
        "A number has the digits {a} and {b}. What is the product of its digits minus their sum?",
        "a * b: product; a + b: sum; _1 - _2",
    ),
    _puzzle(
        "A number has the digits {a} and {b}. Add the product of its digits to their sum, then double it. "
        "What do you get?",
        "a * b: product; a + b: sum; _1 + _2; _ * 2",
    ),
    # recurrences
    _puzzle(
        "A sequence starts with {a}. Each next term is {n} times the last term plus {b}. What is the "
        "second term "
        "minus {c}?",
        "a * n; _ + b; _ - c",
    ),
    _puzzle(
        "A sequence starts with {a}. Each next term is {n} times the last term plus {b}. What is the "
        "third term?",
        "a * n; _ + b; _ * n; _ + b",
    ),
    _puzzle(
        "A sequence starts with {a}. Each next term is {n} times the last term minus {b}. What is "
        "the third term "
        "plus {c}?",
        "a * n; _ - b; _ * n; _ - b; _ + c",
    ),
    _puzzle(
        "A sequence starts with {a}. Each next term is {n} times the last term plus {b}. What is the "
        "fourth term?",
        "a * n; _ + b; _ * n; _ + b; _ * n; _ + b",
    ),
    _puzzle(
        "A sequence starts {a}, {b}. Each next term is the sum of the two before. What is the fifth term?",
        "a + b; b + _; _1 + _2",
    ),
    _puzzle(
        "A sequence starts {a}, {b}. Each next term is the sum of the two before. What is the sixth term?",
        "a + b; b + _; _1 + _2; _2 + _3",
    ),
    _puzzle(
        "A sequence starts {a}, {b}. Each next term is the sum of the two before. What is the seventh term?",
        "a + b; b + _; _1 + _2; _2 + _3; _3 + _4",
    ),
    _puzzle(
        "A sequence starts {a}, {b}. Each next term is the sum of the two before. What is the seventh term "
        "minus {c}?",
        "a + b; b + _; _1 + _2; _2 + _3; _3 + _4; _ - c",
    ),
    # a new operation
    _puzzle("Let x # y = {n}x + y. What is ({a} # {b}) - {c}?", "n * a; _ + b; _ - c"),
    _puzzle("Let x # y = {n}x + y. What is ({a} # {b}) # {c}?", "n * a; _ + b; n * _; _ + c"),
    _puzzle("Let x # y = {n}x + y. What is (({a} # {b}) # {c}) - {d}?", "n * a; _ + b; n * _; _ + c; _ - d"),
    _puzzle(
        "Let x # y = {n}x + y. What is (({a} # {b}) # {c}) # {d}?", "n * a; _ + b; n * _; _ + c; n * _; _ + d"
    ),
    # last digits
    _puzzle(
        "Start with {a}. Multiply by {b}, add {c} and keep only the units digit. What digit is left?",
        "a * b; _ + c; _ mod 10: digit",
        c=(2, 18),
    ),
    _puzzle(
        "Start with {a}. Twice: multiply by {b} and keep only the units digit. What digit is left?",
        "a * b; _ mod 10: digit; _ * b; _ mod 10: digit",
    ),
    _puzzle(
        "Start with {a}. Twice: multiply by {b}, add {c} and keep only the units digit. What digit is left?",
        "a * b; _ + c; _ mod 10: digit; _ * b; _ + c; _ mod 10: digit",
    ),
)


def maker(steps: int) -> Callable[[Draws], Made | None]:
    """A maker of puzzles with `steps` steps: a fixed form or a chain, about as often."""
    fixed = tuple(puzzle for puzzle in PUZZLES if puzzle.length == steps)

    def make(draws: Draws) -> Made | None:
        if draws.chance(0.45):
            return draws.pick(fixed).fill(draws)
        return draws.pick(CHAINS)(steps, draws)

    return make
