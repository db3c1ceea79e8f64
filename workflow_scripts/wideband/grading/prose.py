r"""Sentences around an answer: `The answer is 18`, `so $x = 9$`, `Monday`.

Hedges are not read as answers: of several pieces in `$…$` the last one counts, with those that `and`, `or` or
commas join to it; among several bare numbers only what follows the last `is`, `=` or `:`.
"""

import re

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
VERB = re.compile(r".*(?:\b(?:is|are|equals)\b|[=:])\s*(?P<rest>\S.*)", re.DOTALL)
WORDS = re.compile(r"[A-Za-z][A-Za-z', -]{3,}")
WORD_LIST = re.compile(r"\\text\s*\{([A-Za-z' -]+(?:,[A-Za-z' -]+)+)\}")
OPERATOR = re.compile(r"[=+*/^\\()<>!_|]|\d\s*-")


def has_prose(text: str) -> bool:
    """Whether words stand in `text` outside commands and function names."""
    return bool(WORD.search(FUNCTIONS.sub(" ", NOT_WORDS.sub(" ", text))))


def from_prose(text: str) -> str:
    """The answer inside a sentence; the sentence itself where nothing can be told."""
    segments = SEGMENTS.findall(text)
    if segments:
        return segments[-1]
    if _is_measure(text):
        return text
    tail = VERB.fullmatch(text)
    if WORDS.fullmatch(text):
        return f"\\text{{{tail.group('rest') if tail else text}}}"
    numerals = {"".join(match.groups("")) for match in NUMERAL.finditer(text)}
    if len(numerals) == 1 and not OPERATOR.search(text):
        return numerals.pop()
    if tail is None:
        return text
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
