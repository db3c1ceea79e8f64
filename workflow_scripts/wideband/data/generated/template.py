"""Templates: a text with slots and a small program that is its worked solution.

Text: `{a}` a number, `{A}` a name, `{box}` a noun and `{box+}` its plural, `[x|y]` one of two wordings.
Program: steps `a + b: phrase` joined by `;`, where an operand is a number, a number slot, `_` (the value
of the step before) or `_1` (the value of the first step).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .draws import Draws
from .problem import Step, apply
from .words import NAMES, NOUNS

SMALL, FACTOR = (2, 9), (2, 5)
FACTORS = "kmn"
PIECE = re.compile(r"\[([^\]]*)\]|\{(\w+\+?)\}")

Operand = int | str
Line = tuple[Operand, str, Operand, str]
Numbers = dict[str, int]


@dataclass(frozen=True)
class Template:
    """A text, its program, and the ranges of its numbers where they are not the usual ones."""

    text: str
    program: str
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    where: Callable[[Numbers], bool] | None = None

    def __post_init__(self) -> None:
        lines = tuple(_parse_line(line) for line in self.program.split(";"))
        used = {part for a, _, b, _ in lines for part in (a, b) if isinstance(part, str)}
        slots = {part for part in used if not part.startswith("_")} | set(self.ranges)
        ranges = [(slot, self.ranges.get(slot, FACTOR if slot in FACTORS else SMALL)) for slot in slots]
        object.__setattr__(self, "_lines", lines)
        object.__setattr__(self, "_ranges", sorted(ranges))
        object.__setattr__(self, "_pieces", _parse_text(self.text))

    @property
    def length(self) -> int:
        """How many steps the program has."""
        return len(self._lines)

    def fill(self, draws: Draws) -> tuple[str, tuple[Step, ...]] | None:
        """A problem's text and steps, or None where the drawn numbers do not work out."""
        numbers = {slot: draws.between(low, high) for slot, (low, high) in self._ranges}
        if self.where is not None and not self.where(numbers):
            return None
        steps = _run(self._lines, numbers)
        if steps is None:
            return None
        words = dict(zip("ABC", draws.some(NAMES, 3), strict=True))
        text = _render(self._pieces, draws, {**words, **{k: str(v) for k, v in numbers.items()}})
        return text, steps


def template(
    text: str,
    program: str,
    where: Callable[[Numbers], bool] | None = None,
    **ranges: tuple[int, int],
) -> Template:
    """A template with its ranges as keywords: `template("…", "a + b", a=(10, 40))`."""
    return Template(text, program, ranges, where)


def _parse_line(line: str) -> Line:
    body, _, phrase = line.partition(":")
    a, op, b = body.split()
    return _operand(a), op, _operand(b), phrase.strip()


def _operand(part: str) -> Operand:
    return int(part) if part.isdigit() else part


def _parse_text(text: str) -> tuple:
    pieces: list = []
    end = 0
    for match in PIECE.finditer(text):
        pieces.append(text[end : match.start()])
        choice, slot = match.groups()
        pieces.append(("slot", slot) if slot else ("choice", [_parse_text(x) for x in choice.split("|")]))
        end = match.end()
    pieces.append(text[end:])
    return tuple(pieces)


def _render(pieces: tuple, draws: Draws, words: dict[str, str]) -> str:
    out: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            out.append(piece)
        elif piece[0] == "choice":
            out.append(_render(draws.pick(piece[1]), draws, words))
        else:
            if piece[1] not in words:
                kind = piece[1].rstrip("+")
                words[kind], words[kind + "+"] = draws.pick(NOUNS[kind])
            out.append(words[piece[1]])
    return "".join(out)


def _run(lines: tuple[Line, ...], numbers: Numbers) -> tuple[Step, ...] | None:
    steps: list[Step] = []
    for left, op, right, phrase in lines:
        a, a_from = _value(left, numbers, steps)
        b, b_from = _value(right, numbers, steps)
        value = apply(op, a, b)
        # A zero on the way makes a dull problem; only a remainder may be zero.
        if value is None or (value == 0 and op != "mod"):
            return None
        steps.append(Step(a, op, b, value, phrase, a_from, b_from))
    return tuple(steps)


def _value(operand: Operand, numbers: Numbers, steps: list[Step]) -> tuple[int, int | None]:
    if isinstance(operand, int):
        return operand, None
    if operand.startswith("_"):
        index = int(operand[1:]) - 1 if operand[1:] else len(steps) - 1
        return steps[index].value, index
    return numbers[operand], None
