"""One spelling for an answer, so that equal answers are equal strings and math-verify reads one dialect.

Golds and answers pass through the same function. The result is LaTeX without delimiters.
"""

import re
from functools import lru_cache

from ..scaffolds import boxed_answer
from .altering import signed
from .characters import plain
from .intervals import named_set, one_notation
from .numerals import as_list, canonical_number, join_thousands
from .prose import split_words, without_words
from .units import strip_units

Rules = tuple[tuple[re.Pattern[str], str], ...]
# Marks of emphasis: `**73**`, `*73*`, `__73__` of Markdown, `<b>73</b>` of HTML, `\mathbf{73}` of LaTeX.
# One begins behind a space or punctuation and before none, and ends the other way round: `2**3**4` has none.
DOUBLE = re.compile(r"(?<![\w*\\)}\]])(\*\*|__)(?=[^\s*_])(.+?)(?<=[^\s*_\\])\1(?![\w*])", re.DOTALL)
SINGLE = re.compile(r"(?<![\w*\\)}\]])([*_`])(?=[^\s*_`])([^*_`]+)(?<=[^\s*_`\\])\1(?![\w*])")
TRIPLE = re.compile(r"(?<![\d)}])\*{3,}|\*{3,}(?![\d(\\])")
# One that opens a text and never ends, or the other way round.
HALF = re.compile(r"^\*\*|\*\*$")
HTML = re.compile(r"</?(?:b|strong|i|em|u|span|code|sub|sup)>", re.IGNORECASE)
LATEX = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|emph|underline|mathit|mathsf|mathtt|textsf|texttt|textsc)\s*\{([^{}]*)\}"
)
OLD_LATEX = re.compile(r"\{\\(?:bf|it|em|bfseries|itshape)(?![A-Za-z])\s*([^{}]*)\}")
# A product of which `*` is the sign, with spaces on one side of it: `2 *3* 4`.
PRODUCT = re.compile(r"[\d)}] *\*[^*]+\* *[\d({\\]")


def _rules(*pairs: tuple[str, str]) -> Rules:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


SPACING = _rules(
    (r"\*\*(?=[-\d({A-Za-z])", "^"),
    (r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])\s*\.?", ""),
    # These two are commas inside a number, wherever it stands; a bare one may part a list.
    (r"(?<=\d)(?:\{,\}|\s*,\s*\\!\s*)(?=\d{3})", ""),
    (r"\\!|\\phantom\s*(?:\{[^{}]*\}|\S)|^\s*\\approx(?![A-Za-z])", ""),
    (r"(?<!\\)\\[,;: ]|~|\\q?quad(?![A-Za-z])|\\(?:displaystyle|limits)(?![A-Za-z])", " "),
    (r"\s+", " "),
)

# Before any word is taken for a unit or a sentence.
MEANINGS = _rules(
    (r"(?<!\\)%", r"\\%"),
    (r"(?<=[A-Za-z)]):=|(?<=[A-Za-z)])\s+:=", "="),
    (r"\\degrees?(?![A-Za-z])", r"^\\circ "),
    (r"(?<=\d)\s*\\mu\s*([mgsLlFAV])(?![A-Za-z])", r"\\text{ micro\1}"),
    (r"(?<=\d)\s*(?:[kM]\s*)?\\Omega(?![A-Za-z])\s*$", r"\\text{ ohm}"),
    # The letter of a choice in front of what it says.
    (
        r"^\\(?:text|textbf|mathrm|mathbf|textrm)\s*\{\s*\(([A-J])\)\s*\}(?:\s|\\[ ,;:]|~)*(?=[^\s.])",
        r"(\1) ",
    ),
    (r"(?<=\d)\s*sq\.?\s*(?=(?:ft|in|yd|mi|cm|km|m)\b)", " square "),
    (r"(?<=\d)\s*(?:square|cubic|cu\.)\s+(ft|in|yd|mi)\.(?=\s*$)", r" square \1"),
    (
        r"(?<=[\d}])\s*(?:\\?[,;: ]|~)*(?:\\(?:text|mathrm|mbox)\s*\{\s*)?\s*"
        r"(?:percent(?:age(?: points?)?)?|per cent|pct\.?)(?![A-Za-z])(?:(?<=[a-z.])\s*\})?",
        r"\\%",
    ),
    (r"(?<![\w.\\}])(\d+(?:\.\d+)?)[eE]([+-]?\d+)(?![\w.]*[\dA-Za-z_])", r"\1\\cdot 10^{\2}"),
    (r"(?<=\d)\s+x\s+(?=10\s*\^)", r"\\cdot "),
)

SPELLINGS = _rules(
    (r"\\[dtc]frac", r"\\frac"),
    (r"\\frac\s*(\d|\\pi(?![A-Za-z]))\s*(?=[A-Za-z\d{\\])", r"\\frac{\1}"),
    (r"(\\frac\{[^{}]*\})\s*([A-Za-z\d])", r"\1{\2}"),
    (r"_\{\\(max|min)\s*\}", r"_{\1}"),
    (r"\\(?:mbox|textnormal|textrm|textbf|textit|text)\s*\{", r"\\text{"),
    (r"\\text\{[\s,]*(?:and|or)\s*\}|(?<![A-Za-z\\])(?:and|or)(?![A-Za-z])", ", "),
    (r"\\text\{\s*([\d.,]+|[\dA-Z]+(?=\s*\}[\dA-Z]*_))\s*\}", r"\1"),
    (r"\\text\{\s*(?:an?|the)\s+(?=[A-Za-z]{2})(?!and|or)", r"\\text{"),
    # math-verify reads no degrees, which makes a difference to these functions.
    (
        r"(\\(?:sin|cos|tan|sec|csc|cot)(?![a-z])\s*(?:\^\s*\{?\d\}?)?\s*[({]?\s*)(\d+(?:\.\d+)?)\s*\^\s*\{?\s*\\circ\s*\}?",
        r"\1\\frac{\2\\pi}{180}",
    ),
    (r"^\s*(-?[\d.]+|-?\\frac\{\d+\}\{\d+\})\s*=\s*([A-Za-z])\s*$", r"\2=\1"),
    (r",(?:\s*,)+", ","),
    (r"(?<=\d)_\{(\d+)\}", r"_\1"),
    (r"\^\s*\{\s*\\circ\s*\}", r"^\\circ"),
    (r"(?<![A-Za-z\\])(?:oo|infinity|inf)(?![A-Za-z])", r"\\infty"),
    (r"(?<![A-Za-z\\])pi(?![A-Za-z])", r"\\pi"),
    (r"(?<![A-Za-z\\])sqrt\s*\(([^()]*)\)", r"\\sqrt{\1}"),
    (r"\\sqrt\s*(\d)(?!\d)", r"\\sqrt{\1}"),
    (r"(?<![\d,.}])(\d+) (\d+)/(\d+)(?!\d)", r"\1\\frac{\2}{\3}"),
    # math-verify reads digits side by side as a sum (3 for `1 2`); two numbers are a list.
    (r"(?<=\d)\s+(?=\d)", ", "),
    (r"\s+,", ","),
    (r"\s+", " "),
)

# A longer text is no final answer, and the rules are not meant for essays.
LONGEST = 1000

EMPTY_BOX = re.compile(r"\\boxed\s*\{\s*\}")
DELIMITERS = re.compile(r"\$|(?<!\\)\\[()\[\]]")
# `(B) 12`: the answer by its letter and by what it says.
LABELLED = re.compile(r"\(?(?:([A-J])\)|([A-J])[.:]\s)\s*([^\s*+/^=_)-].*)", re.DOTALL)
QUOTED = re.compile(r"""(['"])([^'"]+)\1""")
# A space that ends a command's name stays. The others go: math-verify takes the ` c` of `a + b + c` for a
# unit.
SPACES = re.compile(r"(?P<command>\\[A-Za-z]+ (?=[A-Za-z]))| ")


def normalise(text: str) -> str:
    r"""`text` in one spelling: `\boxed`, `####`, delimiters, spacing, units and number formats taken away.

    Empty when nothing is left; left as it is when it is longer than `LONGEST` characters.
    """
    return readings(text)[0]


@lru_cache(maxsize=65536)
def readings(text: str) -> tuple[str, ...]:
    r"""All that a text may mean, the likeliest first, each in that spelling: `81,256` is a number or a list.

    A text of one meaning has one reading.
    """
    content = text.rpartition("####")[2]
    content = plain((boxed_answer(content) or EMPTY_BOX.sub("", content)).strip()).strip()
    if len(content) > LONGEST:
        return (content,)
    named = named_set(content)
    if named:
        return (named,)
    content = QUOTED.sub(r"\2", _trimmed(content))
    bold = emphasised(content)
    content = _apply(MEANINGS, signed(_trimmed(without_emphasis(content).replace(r"\$", ""))))
    labelled = LABELLED.fullmatch(content)
    if labelled:
        return (*readings(labelled[3]), f"\\text{{{labelled[1] or labelled[2]}}}")
    spaced = _trimmed(_apply(SPACING, DELIMITERS.sub(" ", without_words(content, bold))))
    listed = as_list(spaced)
    return tuple(dict.fromkeys(filter(None, (_spelled(join_thousands(spaced)), listed)))) or ("",)


def _spelled(latex: str) -> str:
    spelled = _trimmed(_apply(SPELLINGS, one_notation(latex)))
    value = _trimmed(strip_units(split_words(spelled)))
    return _told_apart(canonical_number(SPACES.sub(r"\g<command>", value)))


def _told_apart(text: str) -> str:
    """A list of numbers that math-verify would take for one number, in braces."""
    return as_list(text) or text


def _apply(rules: Rules, text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _trimmed(text: str) -> str:
    """Without punctuation around it; a point in front may be that of `.5`."""
    return text.strip(" \t\n;,:").rstrip(" \t\n.;,:")


def without_emphasis(text: str) -> str:
    """`text` without marks of emphasis."""
    if "*" in text or "_" in text or "`" in text:
        text = DOUBLE.sub(r"\2", TRIPLE.sub("**", text))
        text = HALF.sub("", text if PRODUCT.search(text) else SINGLE.sub(r"\2", text))
    if "<" in text:
        text = HTML.sub("", text)
    if "\\" in text:
        text = OLD_LATEX.sub(r"\1", LATEX.sub(r"\1", text))
    return text


def emphasised(text: str) -> str | None:
    """The one thing that a text prints in bold, None where it prints none or several, or only a heading."""
    found = {match[2].strip(" \t\n.,;") for match in DOUBLE.finditer(text)}
    found = {part for part in found if not part.endswith(":")}
    return found.pop() if len(found) == 1 else None
