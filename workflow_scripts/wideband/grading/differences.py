"""Differences that math-verify would not see, or would only see in values.

Texts that are equal only as such (dates, telephone numbers, ratios, words of three letters); order and number
of things (a gold that names one twice, points against sets); and what is counted: `3 red` is not `3 blue`,
though units behind a number make no difference otherwise.
"""

import re
from collections import Counter

from ..scaffolds import boxed_answer
from .altering import WRAPPED
from .exact import exact
from .numerals import as_list
from .tokens import split_outside

DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}([-/.])\d{1,2}\1\d{4}"
PHONE = r"\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|\(\d{3}\)\d{3}-\d{4}"
WRITTEN = re.compile(f"{DATE}|{PHONE}")
RATIO = re.compile(r"\d+(?:\.\d+)?(?::\d+(?:\.\d+)?)+")
QUOTIENT = re.compile(r"\\frac\{[^{}]*\}\{[^{}]*\}|\d+/\d+")
# Three letters that could be a product of variables, and are a word.
THREE_LETTERS = re.compile(
    r"act|add|ads|all|and|any|apt|arc|ark|arm|art|ash|ask|bad|bag|ban|bar|bat|bay|can|cap|car|cat|cry"
    r"|dad|dam|day|dry|fan|far|fat|fax|fly|fry|gap|gas|had|ham|hat|hay|jam|jar|jaw|lab|lad|lag|lap|law"
    r"|lay|mad|man|map|mat|may|nap|pan|pat|paw|pay|rag|ram|ran|rap|rat|raw|ray|sad|sat|saw|say|shy|sky"
    r"|sly|spa|spy|tab|tag|tan|tap|tar|tax|try|van|war|was|wax|way|why|yam"
)
POINT = re.compile(r"\((?P<inside>[^()\[\]]+)\)")
SET = re.compile(r"\\\{(?P<inside>.+)\\\}")
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
FUNCTION_WORDS = frozenset(["of", "the", "a", "an", "in", "all", "and", "them", "these", "those"])


def is_written(text: str) -> bool:
    """Whether a normalised text is a date or a telephone number."""
    return WRITTEN.fullmatch(text) is not None


def is_unlike_ratio(one: str, other: str) -> bool:
    """Whether one of two texts is a ratio or a time of day, and the other is neither that nor a quotient."""
    ratios = [bool(RATIO.fullmatch(text)) for text in (one, other)]
    if all(ratios):
        return exact(one) != exact(other) or one.count(":") != other.count(":")
    other_side = other if ratios[0] else one
    if not any(ratios) or exact(other_side) is None:
        return False
    return (one + other).count(":") > 1 or not QUOTIENT.fullmatch(other_side)


def is_misspelt(answer: str, gold: str) -> bool:
    """Whether the gold is a word of three letters, and the answer has them in another order."""
    word, answered = gold.lower(), answer.lower()
    return THREE_LETTERS.fullmatch(word) is not None and answered != word and sorted(answered) == sorted(word)


def counts_otherwise(answer: str, gold: str) -> bool:
    """Whether a gold list names something twice (`1,1,2`) that the answer does not name as often."""
    expected = split_outside(gold, ",") or []
    if len(expected) == len(set(expected)) or not re.search(r"\d", gold):
        return False
    answered = split_outside(answer, ",") or []
    if re.search(r"\\pm|\\cup|text|=", answer + gold):
        return False
    values = [[exact(part) for part in parts] for parts in (answered, expected)]
    if None in values[0] + values[1]:
        return len(answered) != len(expected)
    return Counter(values[0]) != Counter(values[1])


def is_point_against_set(one: str, other: str) -> bool:
    r"""Whether one of two texts is a point `(2,3)` and the other a set `\{2,3\}`."""
    return (_is_point(one) and _is_set(other)) or (_is_set(one) and _is_point(other))


def _is_point(text: str) -> bool:
    found = POINT.fullmatch(text)
    return found is not None and len(split_outside(found["inside"], ",") or []) > 1


def _is_set(text: str) -> bool:
    """In braces of its own; the grader puts bare groups of digits in braces too."""
    found = SET.fullmatch(text)
    return found is not None and as_list(found["inside"]) is None and r"\{" not in found["inside"]


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
    return {word.lower().rstrip("s") for word in found["words"].split()} - FUNCTION_WORDS
