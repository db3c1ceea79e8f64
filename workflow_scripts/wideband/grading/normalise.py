r"""One spelling for an answer, so that equal answers are equal strings and math-verify reads one dialect.

Golds and answers pass through the same function. The result is LaTeX without delimiters.
"""

import re
from functools import lru_cache

from ..scaffolds import last_boxed
from .numerals import canonical_number, join_thousands
from .prose import from_prose, has_prose, split_words
from .units import strip_units

UNICODE = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "∞": r"\infty ",
        "π": r"\pi ",
        "√": r"\sqrt ",
        "×": r"\times ",
        "·": r"\cdot ",
        "°": r"^\circ",
        "≤": r"\le ",
        "≥": r"\ge ",
        "∪": r"\cup ",
        "²": "^2",
        "³": "^3",
    }
)

Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> Rules:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


SPACING = _rules(
    (r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])\s*\.?", ""),
    # These two are commas inside a number, wherever it stands; a bare one may part a list.
    (r"(?<=\d)(?:\{,\}|,\\!)(?=\d{3})", ""),
    (r"\\!|\\phantom\s*(?:\{[^{}]*\}|\S)|^\s*\\approx(?![A-Za-z])", ""),
    (r"(?<!\\)\\[,;: ]|~|\\q?quad(?![A-Za-z])|\\(?:displaystyle|limits)(?![A-Za-z])", " "),
    (r"\s+", " "),
)

SPELLINGS = _rules(
    (r"\\[dtc]frac", r"\\frac"),
    (r"\\frac\s*(\d|\\pi(?![A-Za-z]))\s*(?=[\d{\\])", r"\\frac{\1}"),
    (r"(\\frac\{[^{}]*\})\s*(\d)", r"\1{\2}"),
    (r"_\{\\(max|min)\s*\}", r"_{\1}"),
    (r"\\(?:mbox|textnormal|textrm|textbf|textit|text)\s*\{", r"\\text{"),
    (r"\\text\{[\s,]*(?:and|or)\s*\}|(?<![A-Za-z\\])(?:and|or)(?![A-Za-z])", ", "),
    (r"\\text\{\s*([\d.,]+)\s*\}", r"\1"),
    (r",(?:\s*,)+", ","),
    (r"(?<!\\)%", r"\\%"),
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
# A space that ends a command's name stays. The others go: math-verify takes the ` c` of `a + b + c` for a
# unit.
SPACES = re.compile(r"(?P<command>\\[A-Za-z]+ (?=[A-Za-z]))| ")


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    r"""`text` in one spelling: `\boxed`, `####`, delimiters, spacing, units and number formats taken away.

    Empty when nothing is left; left as it is when it is longer than `LONGEST` characters.
    """
    content = text.rpartition("####")[2]
    content = (last_boxed(content) or EMPTY_BOX.sub("", content)).translate(UNICODE).strip()
    if len(content) > LONGEST:
        return content
    content = _trimmed(re.sub(r"^\*\*|\*\*$", "", content).replace(r"\$", ""))
    return _spelled(DELIMITERS.sub(" ", from_prose(content) if has_prose(content) else content))


def _spelled(latex: str) -> str:
    spaced = join_thousands(_trimmed(_apply(SPACING, latex)))
    value = _trimmed(strip_units(split_words(_trimmed(_apply(SPELLINGS, spaced)))))
    return canonical_number(SPACES.sub(r"\g<command>", value))


def _apply(rules: Rules, text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _trimmed(text: str) -> str:
    """Without punctuation around it; a point in front may be that of `.5`."""
    return text.strip(" \t\n;,:").rstrip(" \t\n.;,:")
