"""Which pages show a number, so that its card can lead back to them."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .figures.layout import Section

MARKS = re.compile(r'<section id="(?P<section>[^"]+)"|data-number="(?P<number>[^"]+)"')


@dataclass(frozen=True)
class Occurrence:
    """A page that shows a number, and the section of it; an empty section is the page as a whole."""

    page: str
    section: str


def occurrences(texts: dict[str, str], figures: dict[str, list[Section]]) -> dict[str, list[Occurrence]]:
    """Every place of every number: in the text of pages, by file, and in figures and tables of sections."""
    found: dict[str, dict[Occurrence, None]] = {}
    for page, text in texts.items():
        for number, section in (*_in_text(text), *_in_figures(figures.get(page, ()))):
            found.setdefault(number, {})[Occurrence(page, section)] = None
    return {number: list(places) for number, places in found.items()}


def _in_text(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for mark in MARKS.finditer(text):
        section = mark["section"] or section
        if mark["number"]:
            yield html.unescape(mark["number"]), section


def _in_figures(sections: Iterable[Section]) -> Iterator[tuple[str, str]]:
    for section in sections:
        for figure in section.figures:
            for number in figure.numbers():
                yield number, section.key
        for row in section.grid.rows if section.grid else ():
            yield from ((number, section.key) for number in row.numbers)
