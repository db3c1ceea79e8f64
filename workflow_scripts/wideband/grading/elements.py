r"""One thing as an answer: a number, formula, percentage or word: `7`, `\sqrt{2}`, `50\%`, `\text{B}`."""

import re
from decimal import Decimal

from .formulas import constant, read
from .kinds import Share, Single, Word
from .tokens import Unread

NUMBER = r"-?\d+(?:\.\d+)?"
PLAIN = re.compile(NUMBER)
# math-verify takes this for one number where it is all of a text.
THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
# What math-verify holds as one number or one letter.
ATOM = re.compile(rf"{NUMBER}|-?\\frac\{{-?\d+\}}\{{\d+\}}|[A-Za-z](?:_\{{\w+\}}|_\w)?")
MIXED = re.compile(r"(-?)([1-9]\d*)\\frac\{([1-9]\d*)\}\{([1-9]\d*)\}")
WORD = re.compile(r"(\()?\\text\{\(?([\d:]*[A-Za-z][\dA-Za-z:]*)\)?\}(?(1)\))")
# A name with a line above is one symbol, and no word is spelled so.
LINED = re.compile(r"\\(?:overline|bar)(\{[A-Za-z]+\})")
# Words that math-verify reads as constants or signs.
NO_WORDS = re.compile(r"(?i)pi|gamma|pct|percent(?:age)?|and|or|.*inf.*")
SHARE = re.compile(rf"({NUMBER})\\%")
# math-verify reads neither degrees nor bases.
MARKED = re.compile(rf"({NUMBER})(?:\^\\circ|_\d+|_\{{\d+\}})")
# Letters side by side are a product where they look like variables, and else a word or name.
SPELLED = re.compile(r"[A-Za-z]{2,}")
VARIABLES = re.compile(r"[a-df-hj-np-tv-z]{2,3}")
# Digits behind letters, or between those of hexadecimal numbers: `B2`, `4CE`.
CODE = re.compile(r"(?=.*[A-Za-z]\d|.*[A-F]{2})(?=.*\d)[\dA-Za-z]+")
LETTERS_ONLY = re.compile(r"(?:[A-Za-z()*]|\\cdot ?|\\times ?)+")
COMMAND = re.compile(r"\\[a-z]+")


def element(text: str) -> Single | Share | Word | None:
    """What `text` is, None where it is none of these."""
    if PLAIN.fullmatch(text):
        return number(Decimal(text))
    if "text" in text or "line" in text or "bar" in text:
        return _word(text)
    if (SPELLED.fullmatch(text) and not VARIABLES.fullmatch(text)) or CODE.fullmatch(text):
        return Word(text.lower())
    share = SHARE.fullmatch(text)
    if share:
        return Share(number(Decimal(share[1])), number(Decimal(share[1]) / 100))
    marked = MARKED.fullmatch(text)
    return number(Decimal(marked[1])) if marked else single(text)


def number(value: Decimal) -> Single:
    """One number."""
    return Single(constant(value), atom=True)


def single(text: str) -> Single | None:
    """One formula or mixed number."""
    mixed = MIXED.fullmatch(text)
    if mixed:
        value = Decimal(mixed[2]) + Decimal(mixed[3]) / Decimal(mixed[4])
        return number(-value if mixed[1] else value)
    try:
        formula = read(text)
    except Unread:
        return None
    letters = "".join(filter(str.isalpha, COMMAND.sub("", text))).lower()
    product = letters if formula.open and LETTERS_ONLY.fullmatch(text) else ""
    return Single(formula, product, ATOM.fullmatch(text) is not None, SPELLED.fullmatch(text) is not None)


def _word(text: str) -> Word | None:
    word, lined = WORD.fullmatch(text), LINED.fullmatch(text)
    if lined:
        return Word(lined[1].lower())
    return Word(word[2].lower()) if word and not NO_WORDS.fullmatch(word[2]) else None
