r"""One spelling for an answer, so that equal answers are equal strings and math-verify reads one dialect.

Golds and answers pass through the same function. The result is LaTeX without delimiters; only prose around
mathematics keeps its `$`, and is then read by math-verify's own extraction.
"""

import re
from functools import lru_cache

from ..scaffolds import last_boxed
from .numerals import canonical_number, join_thousands
from .prose import MATH_SEGMENT, from_prose, has_prose
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
    (r"\\!", ""),
    (r"\{,\}(?=\d{3})", ","),
    (r"(?<!\\)\\[,;: ]|~|\\q?quad(?![A-Za-z])|\\(?:displaystyle|limits)(?![A-Za-z])", " "),
    (r"\s+", " "),
)

SPELLINGS = _rules(
    (r"\\[dtc]frac", r"\\frac"),
    (r"\\frac\s*(\d)\s*(\d)(?!\d)", r"\\frac{\1}{\2}"),
    (r"\\frac\s*(\d)\s*\{", r"\\frac{\1}{"),
    (r"(\\frac\{[^{}]*\})\s*(\d)", r"\1{\2}"),
    (r"\\(?:mbox|textnormal|textrm|textbf|textit|text)\s*\{", r"\\text{"),
    (r"\\text\{[\s,]*(?:and|or)\s*\}|(?<![A-Za-z\\])(?:and|or)(?![A-Za-z])", ", "),
    (r",(?:\s*,)+", ","),
    (r"(?<!\\)%", r"\\%"),
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

DELIMITERS = re.compile(r"\$|(?<!\\)\\[()\[\]]")
EDGES = " \t\n.;,:"


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    r"""`text` in one spelling: `\boxed`, `####`, delimiters, spacing, units and number formats taken away.

    Empty when nothing is left. Applying it twice changes nothing.
    """
    content = text.rpartition("####")[2]
    content = (last_boxed(content) or content).translate(UNICODE).strip()
    content = re.sub(r"^\*\*|\*\*$", "", content).replace(r"\$", "").strip(EDGES)
    if has_prose(content):
        content = from_prose(content)
        if MATH_SEGMENT.search(content):
            return content
    return _spelled(DELIMITERS.sub(" ", content))


def _spelled(latex: str) -> str:
    spaced = join_thousands(_apply(SPACING, latex).strip(EDGES))
    return canonical_number(strip_units(_apply(SPELLINGS, spaced).strip(EDGES)).strip(EDGES))


def _apply(rules: Rules, text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def key(normalised: str) -> str:
    """What two spellings of the same answer share: the normalised text without spaces."""
    return normalised.replace(" ", "")
