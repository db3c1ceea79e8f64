"""What written workings of a problem have in common: their numbers, their arithmetic, where they end.

The signature is that of the answer-diversity release (scasella/research-uniform-random-from-llms, by the
rule that its write-up states): the sorted numbers of a response without its line of the final answer. It
counts every number, those of a numbered list and of text after the answer included; `arithmetic` takes the
equations alone.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from .signatures import NUMBER, signature

ANSWER = re.compile(r"^[ \t]*####[^\n]*$", re.MULTILINE)
# LaTeX that stands for a sign, and what stands beside numbers without being part of a sum.
SIGNS = {r"\times": "×", r"\cdot": "×", r"\div": "÷", "**": " ", "$": " ", "–": "-", "−": "-", "*": "×"}
ASIDE = re.compile(r"\\text\{[^{}]*\}|\([^()\n]*[^\W\d_][^()\n]*\)|[^\W\d_][\w'\u2019]*")
# Of a line that is longer the rest is not read: the time that patterns take grows with its square.
LONGEST = 2000
# A number at the end of an equation may not go on: 3 + 4 = 7.5 is not 3 + 4 = 7.
PLAIN = rf"(?:{NUMBER.pattern})"
EQUATION = re.compile(rf"{PLAIN}(?:[ \t]*[-+×÷/][ \t]*{PLAIN})+[ \t]*=[ \t]*{PLAIN}")


def up_to_answer(text: str) -> str:
    """The working before the first line of an answer, `#### 18`; all of it where there is none."""
    found = ANSWER.search(text)
    return text[: found.start()] if found else text


def runs_on(text: str) -> bool:
    """Whether anything but white space follows the first line of an answer."""
    found = ANSWER.search(text)
    return bool(found and text[found.end() :].strip())


def sorted_numbers(text: str) -> tuple[str, ...]:
    """The release's signature: all numbers, sorted, without the last line of an answer."""
    last = max(ANSWER.finditer(text), key=lambda found: found.start(), default=None)
    kept = text[: last.start()] + text[last.end() :] if last else text
    return tuple(sorted(signature(kept)))


def arithmetic(text: str) -> frozenset[tuple[str, ...]]:
    """The equations of a working, such as 16 - 7 = 9; the order of sums and products does not count."""
    for sign, plain in SIGNS.items():
        text = text.replace(sign, plain)
    lines = (ASIDE.sub(" ", line[:LONGEST]) for line in text.split("\n"))
    return frozenset(_equation(found.group()) for line in lines for found in EQUATION.finditer(line))


def _equation(text: str) -> tuple[str, ...]:
    left, _, right = text.partition("=")
    signs, numbers = re.findall(r"[-+×÷/]", left), signature(left)
    if len(set(signs)) == 1 and signs[0] in "+×":
        numbers = tuple(sorted(numbers))
    return (*signs, *numbers, "=", *signature(right))


def _distinct(key: Callable[[str], object]) -> Callable[[Sequence[str]], float]:
    return lambda texts: float(len(Counter(map(key, texts))))


# What is measured of the workings of one problem.
MEASURES: dict[str, Callable[[Sequence[str]], float]] = {
    "signatures": _distinct(sorted_numbers),
    "signatures_to_answer": _distinct(lambda text: sorted_numbers(up_to_answer(text))),
    "arithmetics": _distinct(lambda text: arithmetic(up_to_answer(text))),
    "run_on": lambda texts: float(np.mean([runs_on(text) for text in texts])),
}
