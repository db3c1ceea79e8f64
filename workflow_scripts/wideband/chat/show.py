"""Replies on a terminal: samples side by side as far as its width allows, then the first token's law."""

import shutil
import textwrap
from collections.abc import Iterator
from itertools import zip_longest

from .answer import Reply, Sample

NARROWEST = 30
GAP = " │ "


def shown(reply: Reply, width: int | None = None) -> Iterator[str]:
    """Lines of text; `width` is that of the terminal where none is given."""
    width = width or shutil.get_terminal_size((100, 24)).columns
    abreast = max(1, min(len(reply.samples), (width + len(GAP)) // (NARROWEST + len(GAP))))
    column = (width - (abreast - 1) * len(GAP)) // abreast
    for start in range(0, len(reply.samples), abreast):
        columns = [
            _sample(start + place + 1, sample, column)
            for place, sample in enumerate(reply.samples[start : start + abreast])
        ]
        for cells in zip_longest(*columns, fillvalue=""):
            yield GAP.join(cell.ljust(column) for cell in cells).rstrip()
        yield ""
    yield from _first(reply)


def printable(text: str) -> str:
    """A text without what steers a terminal: a completion may hold anything."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else repr(character)[1:-1]
        for character in text
    )


def _sample(number: int, sample: Sample, width: int) -> list[str]:
    done = sample.completion
    ended = "stopped" if done.finish_reason == "stop" else "cut off"
    lines = [f"[{number}] {done.tokens} tokens, {ended}"]
    for line in printable(done.text).expandtabs(4).split("\n"):
        lines += textwrap.wrap(line, width, drop_whitespace=False, replace_whitespace=False) or [""]
    answer = "no answer" if sample.answer is None else f"answer: {printable(sample.answer)}"
    return [*lines, *textwrap.wrap(f"→ {answer}", width)]


def _first(reply: Reply) -> Iterator[str]:
    law = reply.first
    yield f"first token: entropy {law.entropy:.3f} nats, {law.support} tokens hold 90 % of the mass"
    yield "  ".join(f"{text!r} {mass:.3g}" for _, text, mass in law.top)
