"""What is counted: `3 red` is not `3 blue`, though units behind a number make no difference otherwise."""

import re

from ..scaffolds import boxed_answer
from .altering import WRAPPED

COUNTED = re.compile(
    r"(?:.*(?:\b(?:is|are)\b|[=:])\s*)?-?\d[\d.,]*\s+(?P<words>[A-Za-z]{2,}(?:\s+[A-Za-z]+)*)", re.DOTALL
)
# Units, which may be written or chosen in several ways.
UNIT = re.compile(
    r"\b(?:(?:centi|milli|kilo|deci|micro)?(?:met(?:er|re)|gram|lit(?:er|re)|watt|volt|newton|joule)s?"
    r"|square|cubic|inch(?:es)?|feet|foot|yards?|miles?|units?|dollars?|cents?|euros?|pounds?|ounces?|degrees?|radians?"
    r"|hours?|hrs?|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|years?|points?|percent|hundred|thousand|[mbtr]illion"
    r"|people|persons?|times|ways|total|more|each|per|USD|EUR|GBP|mph|cm|mm|km|kg)\b",
    re.IGNORECASE,
)
SMALL = frozenset(["of", "the", "a", "an", "in", "all", "and", "them", "these", "those"])


def count_others(one: str, other: str) -> bool:
    """Whether two answers name different things behind their numbers, neither of them in known units."""
    left, right = _things(one), _things(other)
    return bool(left and right) and not left & right


def _things(text: str) -> set[str]:
    """The words behind the number that a text is, in the singular; empty where there are none or units."""
    words = " ".join(WRAPPED.sub(r" \1 ", boxed_answer(text) or text).replace("$", " ").split())
    found = COUNTED.fullmatch(words.strip(" .*"))
    if found is None or UNIT.search(found["words"]):
        return set()
    return {word.lower().rstrip("s") for word in found["words"].split()} - SMALL
