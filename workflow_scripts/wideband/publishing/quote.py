"""A study's texts inside Markdown: they are shown as they are and are never markup."""

import re

# What means something to CommonMark, to GitHub's tables and addresses, or to HTML within a line. Others do
# only where a line begins, or beside one of these.
SPECIAL = re.compile(r"([\\`*_\[\]|~<>&$:@]|(?<=www)\.)", re.IGNORECASE)
RUNS = re.compile(r"`+")


def words(text: object) -> str:
    """A text within a line or a table's cell: on one line, special characters behind a backslash."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def code(text: object) -> str:
    """A text within a line, as a code span between more backticks than it holds.

    One with a bar is no code: in a table a bar ends the cell even there, and cannot be escaped for certain.
    """
    one_line = " ".join(str(text).split()) or " "
    if "|" in one_line:
        return words(one_line)
    ticks = "`" * (1 + max((len(run) for run in RUNS.findall(one_line)), default=0))
    edge = " " if one_line[0] == "`" or one_line[-1] == "`" else ""
    return f"{ticks}{edge}{one_line}{edge}{ticks}"


def block(text: str, language: str = "text") -> str:
    """A text of several lines, as a fenced block whose fence it cannot close."""
    fence = "`" * max(3, 1 + max((len(run) for run in RUNS.findall(text)), default=0))
    plain = "".join(
        character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text
    )
    return f"{fence}{language}\n{plain.rstrip()}\n{fence}"
