r"""Answers in `\boxed{…}`."""

import re

# The start of a box, an escaped character (so that \{ is no brace), a brace.
TOKEN = re.compile(r"\\(?:boxed|fbox)\s*\{|\\.|[{}]", re.DOTALL)
# TeX also takes a box without braces; MATH has a few (`\boxed 2`).
BARE = re.compile(r"\\boxed\s+([^\s{}$]+)")
# What may stand between two boxes of one answer: a comma or a word, and the name in front of the next.
SPACE = r"(?:[\s$]|\\[,;: ]|\\q?quad(?![A-Za-z]))*"
LINK = re.compile(
    rf"{SPACE}(?:[,;、\uff0c\uff1b]{SPACE})?"
    r"(?:(?:and|or|和|或|\\(?:text|mbox|textrm)\s*\{\s*,?\s*(?:and|or)\s*\}|\\(?:lor|vee)(?![A-Za-z]))"
    rf"{SPACE})?"
    rf"(?:[A-Za-z](?:_\w|_\{{\w+\}})?{SPACE}={SPACE})?"
)
LINKED = re.compile(r"[,;、\uff0c\uff1b和或]|\band\b|\bor\b|\\(?:lor|vee)")

Span = tuple[int, int]


def boxed_answer(text: str) -> str | None:
    r"""The content of the last `\boxed{…}` whose braces balance, stripped; one pass, whatever the text.

    With the boxes before it that it goes on from: `2, 3` of `$\boxed{2}$ or $\boxed{3}$`. Boxes with other
    words between them are several attempts, of which the last counts.
    """
    boxes = _boxes(text)
    if not boxes:
        return None
    first = len(boxes) - 1
    while first and _goes_on(text, *boxes[first - 1 : first + 1]):
        first -= 1
    parts = dict.fromkeys(text[start:end].strip() for start, end in boxes[first:])
    return ", ".join(filter(None, parts)) or None


def first_box(text: str) -> Span | None:
    r"""Where the first `\boxed{…}` whose braces balance begins and ends, the command included."""
    boxes = _boxes(text)
    return (text.rfind("\\", 0, boxes[0][0]), boxes[0][1]) if boxes else None


def _goes_on(text: str, before: Span, after: Span) -> bool:
    """Whether only a comma or a word that joins stands between two boxes."""
    mark = text.rfind("\\", before[1], after[0])
    between = text[before[1] : mark].removeprefix("}")
    return before[1] < mark and bool(LINKED.search(between) and LINK.fullmatch(between))


def _boxes(text: str) -> list[Span]:
    """Where the contents of the boxes begin and end, in order; of boxes in one another the innermost last."""
    if "box" not in text:  # most of an evaluation's texts, and quicker to see than any brace
        return []
    open_braces: list[tuple[int, bool]] = []
    found: list[Span] = []
    for token in TOKEN.finditer(text):
        if token.group().endswith("{") and token.group() != r"\{":
            open_braces.append((token.end(), token.group() != "{"))
        elif token.group() == "}" and open_braces:
            start, boxed = open_braces.pop()
            if boxed:
                found.append((start, token.start()))
    return sorted(found + [bare.span(1) for bare in BARE.finditer(text)])
