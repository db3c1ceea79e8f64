r"""Sentences around an answer: `The answer is 18`, `so $x = 9$`, `Option A`, `It is an ellipse`.

Hedges are not read as answers: of several pieces in `$…$` the last one counts, with those that `and`, `or` or
commas join to it; among several bare numbers only what is in bold, or follows the last `is`, `=` or `:`.
"""

import re

from .altering import is_altered, verbatim, without_contrast
from .numerals import NUMBER

SEGMENT = r"(?:\$\$?[^$]+\$\$?|\\\(.+?\\\)|\\\[.+?\\\])"
SEGMENTS = re.compile(rf"{SEGMENT}(?:\s*(?:,\s*(?:and|or)?|and|or)\s*{SEGMENT})*", re.DOTALL)
SEPARATED = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"
NUMERAL = re.compile(rf"(?<![\w.])\$?({SEPARATED}|{NUMBER})(\s*\\?%)?(?![\w.]*\d)")
NOT_WORDS = re.compile(
    r"\\(?:text|mbox|textnormal|textrm|textbf|textit|mathrm|mathbf|operatorname|begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+"
)
FUNCTIONS = re.compile(
    r"\b(?:sin|cos|tan|cot|sec|csc|log|exp|sqrt|max|min|gcd|lcm|mod|deg|and|infinity|inf)\b", re.IGNORECASE
)
WORD = re.compile(r"(?<![A-Za-z\\^_])[A-Za-z]{3,}(?![A-Za-z])")
# `xyz` is a product rather than a word.
VARIABLES = re.compile(r"[a-df-hj-np-tv-z]{3}")
SHORT_WORD = re.compile(r"\b(?:so|is|it|we|as|of|to|in|by|if|at|an|be)\b", re.IGNORECASE)
LEAD = re.compile(r"^\s*(?:so|is|it\s+is|we\s+get|i\.e\.,?|hence|thus|then|therefore|=)\s+", re.IGNORECASE)
IS_ANSWER = re.compile(r"\s+is\s+(?:the|my|our)\s+(?:final\s+|correct\s+)?(?:answer|solution|result)$")
ARROWS = re.compile(r"\\(?:Long)?[Rr]ightarrow(?![A-Za-z])|\\(?:implies|iff|therefore)(?![A-Za-z])|=>|⇒|⟹|→")
VERB = re.compile(r".*(?:\b(?:is|are|equals)\b|'s\b|[=:])\s*(?P<rest>\S.*)", re.DOTALL)
# A verb of words; in mathematics `=` and `:` have other meanings too.
SAID = re.compile(r".*(?:\b(?:is|are|equals)\b|'s\b|(?<=[A-Za-z]{2}):)\s*(?P<rest>\S.*)", re.DOTALL)
# What stands between the verb and the word that is meant.
FILLER = re.compile(
    r"^(?:(?:called|known\s+as|simply|just|therefore|thus|always|clearly|(?:a|an|the)(?=\s+[A-Za-z]{2}))\s+)+",
    re.IGNORECASE,
)
# `Option A`, `The correct choice is (C)`, `Answer: B.`, `(D) is correct`.
CHOICE = re.compile(
    r"(?:(?:the|so|thus|hence|therefore|my|is|correct|right|best|final|answer|option|choice|alternative|letter)\b[\s:,]*)*"
    r"\b(?:option|choice|answer|alternative|letter)\b[\s:]*(?:is\b[\s:]*)?\(?(?P<letter>[A-Z])\)?[.):]?"
    r"|(?P<alone>[A-Z])\s*\)"
    r"|(?:option|choice|answer)?\s*\(?(?P<behind>[A-Z])\)?\s+is\s+(?:the\s+)?(?:correct|right|true|best)"
    r"(?:\s+(?:answer|option|choice))?",
    re.IGNORECASE,
)
WORDS = re.compile(r"[A-Za-z][A-Za-z', -]{3,}")
WORD_LIST = re.compile(r"\\text\s*\{([A-Za-z' -]+(?:,[A-Za-z' -]+)+)\}")
# Behind these a number is what is told; behind others it belongs to them (`July 4`, `Figure 3`).
LED = re.compile(
    r"(?:.*\b(?:is|are|was|were|be|been|equals?|ha[sd]|have|gets?|got|makes?|made|needs?|costs?|takes?|took|earn(?:s|ed)?"
    r"|pays?|paid|spends?|spent|totals?|gives?|gave|becomes?|sells?|sold|buys?|bought|eats?|ate|drives?|drove|walks?"
    r"|weighs?|contains?|holds?|saves?|saved|receives?|received|obtain|find|remain)\b|=|:"
    r"|(?:.*\b)?(?:he|she|they|we|it|(?-i:[A-Z])[a-z]+)\s+(?:(?:will|can|must)\s+[a-z]{2,}|[a-z]{2,}(?:s|ed)\b))?\s*"
    r"(?:(?:so|thus|hence|therefore|then|finally|a|an|the|my|our|final|correct|answer|total|result|value|sum|solution|of|we|it"
    r"|there|only|just|now|still|exactly|about|approximately|around|roughly|to|him|her|them|USD|Rs)\b[\s,.:]*)*"
    r"[-+$\\\s]*\d",
    re.DOTALL | re.IGNORECASE,
)
CONDITION = re.compile(r"\s*,?\s+(?:where|with|such\s+that)\b")
# Whole, so that a false one is seen.
CALCULATION = re.compile(r"(?<![\w)}.])[\d(][-+*/^()\d. ]*=[-+*/^()\d. =]*\d$")
NAMED_NUMBER = re.compile(r"[A-Za-z][A-Za-z.', -]*\d[\d, ]*(?:st|nd|rd|th)?(?:[\s,][A-Za-z\d.', -]*)?")
WRAPPED_NAME = re.compile(r"\\(?:text|mbox|textrm|textbf|mathrm)\s*\{\s*[A-Z][a-z]{2,}[a-z ]*\}\s*~?\s*\d+")
OPERATOR = re.compile(r"[=+*/^\\()<>!_|]|\d\s*-")


def has_prose(text: str) -> bool:
    """Whether words stand in `text` outside commands and function names."""
    words = WORD.findall(FUNCTIONS.sub(" ", NOT_WORDS.sub(" ", text)))
    return any(not VARIABLES.fullmatch(word) for word in words)


def without_words(text: str, bold: str | None = None) -> str:
    """The answer inside a sentence, `bold` if that is what it prints so; another text as it is."""
    choice = CHOICE.fullmatch(text)
    if choice:
        return f"\\text{{{choice['letter'] or choice['alone'] or choice['behind']}}}"
    text = without_contrast(IS_ANSWER.sub("", LEAD.sub("", ARROWS.split(text)[-1])))
    if is_altered(text) or WRAPPED_NAME.fullmatch(text):
        return verbatim(text)
    if not has_prose(text) and not (
        SEGMENTS.search(text) and SHORT_WORD.search(NOT_WORDS.sub(" ", SEGMENTS.sub(" ", text)))
    ):
        return text
    if bold and re.search(r"\d", bold) and not has_prose(bold):
        return bold
    head = CONDITION.split(text)[0]
    return head if "=" in head and not has_prose(head) else from_prose(text)


def from_prose(text: str) -> str:
    """The answer inside a sentence; the sentence itself where nothing can be told."""
    segments = SEGMENTS.findall(text)
    if segments:
        return segments[-1]
    if _is_measure(text):
        return text
    tail = VERB.fullmatch(text)
    if WORDS.fullmatch(text):
        return f"\\text{{{FILLER.sub('', tail.group('rest') if tail else text)}}}"
    stated = SAID.fullmatch(text)
    if stated and not has_prose(stated["rest"]):
        return stated["rest"]
    numerals = {"".join(match.groups("")) for match in NUMERAL.finditer(text)}
    if len(numerals) == 1 and not OPERATOR.search(text) and LED.match(text):
        return numerals.pop()
    if tail is None:
        return verbatim(text) if NAMED_NUMBER.fullmatch(text) else text
    equation = CALCULATION.search(text)
    if equation:
        return equation[0]
    rest = tail.group("rest")
    return from_prose(rest) if has_prose(rest) else rest


def split_words(latex: str) -> str:
    r"""A list inside one text as a list of texts, which may come in any order: `\text{A, B}`."""
    return WORD_LIST.sub(
        lambda match: ",".join(f"\\text{{{word.strip()}}}" for word in match.group(1).split(",")), latex
    )


def _is_measure(text: str) -> bool:
    """A value with its unit, which the units' own rules read better (`30 cm^2`, `5 million`)."""
    return bool(re.match(r"[-+$\\\d(.]", text))
