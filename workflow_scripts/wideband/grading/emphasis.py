r"""Marks of emphasis: `**73**`, `*73*`, `__73__` of Markdown, `<b>73</b>` of HTML, `\mathbf{73}` of LaTeX."""

import re

# It begins behind a space or punctuation and before none, and ends the other way round: `2**3**4` has none.
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


def without_emphasis(text: str) -> str:
    """`text` without these marks."""
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
