"""Texts that are equal only as such: dates, telephone numbers, ratios, words of three letters."""

import re

from .exact import exact

DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}([-/.])\d{1,2}\1\d{4}"
PHONE = r"\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|\(\d{3}\)\d{3}-\d{4}"
WRITTEN = re.compile(f"{DATE}|{PHONE}")
RATIO = re.compile(r"\d+(?:\.\d+)?(?::\d+(?:\.\d+)?)+")
QUOTIENT = re.compile(r"\\frac\{[^{}]*\}\{[^{}]*\}|\d+/\d+")
# Three letters that could be a product of variables, and are a word.
WORDS = re.compile(
    r"act|add|ads|all|and|any|apt|arc|ark|arm|art|ash|ask|bad|bag|ban|bar|bat|bay|can|cap|car|cat|cry"
    r"|dad|dam|day|dry|fan|far|fat|fax|fly|fry|gap|gas|had|ham|hat|hay|jam|jar|jaw|lab|lad|lag|lap|law"
    r"|lay|mad|man|map|mat|may|nap|pan|pat|paw|pay|rag|ram|ran|rap|rat|raw|ray|sad|sat|saw|say|shy|sky"
    r"|sly|spa|spy|tab|tag|tan|tap|tar|tax|try|van|war|was|wax|way|why|yam"
)


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
    return WORDS.fullmatch(word) is not None and answered != word and sorted(answered) == sorted(word)
