"""The program, or the value, in what a model has written."""

import ast
import re
from collections.abc import Iterator

from .exam import NOTHING, Suite, Value, evaluated, parsed

# A fenced block; one that is never closed goes on to the end.
BLOCK = re.compile(
    r"^[ \t]*```[ \t]*(?P<language>[\w+-]*)[^\n]*\n(?P<code>.*?)(?:^[ \t]*```|\Z)", re.M | re.S
)
LANGUAGES = ("", "python", "python3", "py")
# Where code begins that stands in a text without marks.
BEGINS = re.compile(r"^(?:import |from \w[\w.]* import |def |async def |class |@\w)", re.M)
# A line at the margin: what is indented belongs to what was begun before.
MARGIN = re.compile(r"^\S", re.M)
INDENT, CUTS = "    ", 40


def program(text: str, exam: Suite) -> str | None:
    """The whole program, ready to run; None where there is none that parses.

    It is what is given and then the block that defines what is asked for, the last of several; without
    blocks the text from its first line of code on, as far as it is Python. A text that defines nothing of it
    goes on where the given code ends, up to the next line at the margin.
    """
    blocks = [found["code"] for found in BLOCK.finditer(text) if found["language"].lower() in LANGUAGES]
    defining = [block for block in blocks or [text] if _defines(block, exam.names)]
    if defining:
        found = _code(f"{exam.given}\n\n" if exam.given else "", defining[-1])
    else:
        piece = blocks[0] if blocks else text
        found = _goes_on(exam.given, piece) if exam.given else _code("", piece)
    return found


def _defines(code: str, names: tuple[str, ...]) -> bool:
    words = "|".join(map(re.escape, names))
    return bool(re.search(rf"^(?:(?:async )?def|class)\s+(?:{words})\b|^(?:{words})\s*=[^=]", code, re.M))


def _code(beginning: str, text: str) -> str | None:
    """The longest part of a text from its first line of code on that is Python, ending before a margin."""
    begins = BEGINS.search(text)
    code = text[begins.start() :] if begins else text
    ends = [len(code), *(line.start() for line in reversed(list(MARGIN.finditer(code))))][:CUTS]
    return next((beginning + code[:end] for end in ends if end and parsed(beginning + code[:end])), None)


def _goes_on(beginning: str, text: str) -> str | None:
    """Given code whose last function has this text as its body."""
    lines = text.strip("\n").rstrip().split("\n")
    if lines[0] and not lines[0][0].isspace():
        # Whoever cut the answer out of its surroundings took the first indentation with it.
        lines[0] = INDENT + lines[0]
    inside = next((row for row, line in enumerate(lines) if MARGIN.match(line)), len(lines))
    code = "\n".join([beginning.rstrip("\n"), *lines[:inside]]) + "\n"
    return code if any(map(str.strip, lines)) and parsed(code) else None


def value(text: str) -> str | None:
    """The literal that is answered: all of the text or of its block, its first line or its last."""
    pieces = [found["code"] for found in BLOCK.finditer(text)]
    lines = [line for line in text.split("\n") if line.strip()]
    for piece in [*pieces[-1:], text, *lines[:1], *lines[-1:]]:
        for side in _sides(piece.strip().strip("`").strip()):
            if evaluated(side) is not NOTHING:
                return side
    return None


def _sides(piece: str) -> Iterator[str]:
    """The piece, and of `assert f(1) == 2` or `f(1) == 2` what stands on the right."""
    yield piece
    tree = parsed(piece)
    if tree is None or len(tree.body) != 1:
        return
    statement = tree.body[0]
    compared = statement.test if isinstance(statement, ast.Assert) else getattr(statement, "value", None)
    if isinstance(compared, ast.Compare) and len(compared.ops) == 1 and isinstance(compared.ops[0], ast.Eq):
        yield ast.get_source_segment(piece, compared.comparators[0]) or ""


def same(answer: str, exam: Value) -> bool:
    """Whether two literals have one value."""
    return bool(evaluated(answer) == evaluated(exam.literal))


def canonical(code: str) -> str:
    """A program without its comments and formatting: what tells two of them apart."""
    try:
        return ast.unparse(ast.parse(code))
    except (RecursionError, SyntaxError, ValueError, MemoryError):
        return code
