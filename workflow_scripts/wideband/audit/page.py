"""A page of the built site read back: bound elements, loose text, figures."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

BOUND = ("data-number", "data-setting", "data-cell", "data-verbatim")
SCRIPTS = frozenset({"script", "style"})
VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "source", "wbr"})
SPOKEN = ("title", "aria-label", "alt")


@dataclass
class Bound:
    """An element that says which record or setting its text is."""

    attributes: dict[str, str]
    line: int
    text: str = ""


@dataclass
class _Open:
    tag: str
    silent: bool
    bound: list[Bound] = field(default_factory=list)


class Page(HTMLParser):
    """What a page says.

    Attributes:
        bound: elements with `data-number` or `data-setting`, with their text.
        loose: (line, text) of text that is bound to nothing, and of attributes that are read out or shown.
        figures: Plotly figures as (key, tables they name, content); content is None where it is no JSON.
    """

    def __init__(self, html: str, template: bool = False) -> None:
        """Of a `template`, all text is loose but scripts, and so are attributes that browsers show."""
        super().__init__()
        self.bound: list[Bound] = []
        self.loose: list[tuple[int, str]] = []
        self.figures: list[tuple[str, str, Any]] = []
        self._open: list[_Open] = []
        self._figure: tuple[str, str] | None = None
        self._template = template
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if self._template:
            self.loose += [(self.getpos()[0], known[name]) for name in SPOKEN if name in known]
        if tag in VOID:
            return
        above = self._open[-1] if self._open else _Open("", False)
        here = _Open(tag, above.silent or self._silences(tag, known), [*above.bound])
        if "data-number" in known or "data-setting" in known:
            self.bound.append(Bound(known, self.getpos()[0]))
            here.bound.append(self.bound[-1])
        if "data-plot" in known:
            self._figure = known["data-plot"], known.get("data-tables", "")
        self._open.append(here)

    def _silences(self, tag: str, known: dict[str, str]) -> bool:
        if self._template:
            return tag in SCRIPTS
        return tag in SCRIPTS or tag == "code" or any(name in known for name in BOUND)

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(each.tag == tag for each in self._open):
            if self._open.pop().tag == tag:
                break

    def handle_data(self, data: str) -> None:
        here = self._open[-1] if self._open else _Open("", False)
        if self._figure and here.tag == "script":
            self.figures.append((*self._figure, _json(data)))
            self._figure = None
        for bound in here.bound:
            bound.text += data
        if not here.silent:
            self.loose += enumerate(data.split("\n"), start=self.getpos()[0])


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
