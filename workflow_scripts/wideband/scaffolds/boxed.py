r"""Answers in `\boxed{…}`."""

import re

# The start of a box, an escaped character (so that \{ is no brace), a brace.
TOKEN = re.compile(r"\\boxed\s*\{|\\.|[{}]", re.DOTALL)
# TeX also takes a box without braces; MATH has a few (`\boxed 2`).
BARE = re.compile(r"\\boxed\s+([^\s{}$]+)")


def last_boxed(text: str) -> str | None:
    r"""The content of the last `\boxed{…}` whose braces balance, stripped; one pass, whatever the text."""
    open_braces: list[tuple[int, bool]] = []
    last = (-1, -1)
    for token in TOKEN.finditer(text):
        if token.group().endswith("{") and token.group() != r"\{":
            open_braces.append((token.end(), token.group() != "{"))
        elif token.group() == "}" and open_braces:
            start, boxed = open_braces.pop()
            last = max(last, (start, token.start())) if boxed else last
    for bare in BARE.finditer(text):
        last = max(last, bare.span(1))
    return text[slice(*last)].strip() or None if last[0] >= 0 else None
