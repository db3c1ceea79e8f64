"""A page of the site read back: bound elements, loose text, figures, and what a browser would run.

One list says what an element may not bring in: content, addresses and reloads that are not the site's own.
Templates are held against it as well. Where a template has an expression for an address, only the folder
before it is checked there; what the expression gives is checked in the rendered page.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

BOUND = ("data-number", "data-setting", "data-cell", "data-verbatim")
VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "source", "wbr"})
SPOKEN = frozenset({"title", "aria-label", "alt", "placeholder", "label", "value", "style", "srcdoc"})

DATA = "application/json"
# Frames, media and what draws: each can show a number that is no text.
TAGS = re.compile(
    "applet|audio|base|canvas|embed|feimage|foreignobject|frame|frameset|iframe|image|img|object|path|picture"
    "|polygon|polyline|portal|source|track|video|animate|animatemotion|animatetransform|set"
)
ADDRESSES = re.compile(
    "href|xlink:href|src|srcset|imagesrcset|data|poster|background|action|formaction|manifest"
)
# The addresses that an element may have; others may have none.
OWN = {
    "script": re.compile(r"assets/([\w.-]+\.js)?"),
    "link": re.compile(r"data:,|assets/([\w.-]+\.css)?"),
    "use": re.compile(r"#[\w.-]*"),
}
POLICY = "content-security-policy"
# Followed by a reader's click only; a browser ignores blanks and control characters in the scheme.
LINKS = frozenset({"a", "area"})
RUNS = re.compile(r"(javascript|vbscript|data):", re.IGNORECASE)


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
        loose: (line, text) of text that is bound to nothing.
        shown: (line, name, value) of attributes of unbound elements that are read out, shown or run.
        foreign: (line, what) of elements that bring in what is not the site's own.
        figures: Plotly figures as (key, tables they name, content); content is None where it is no JSON.
        tables: (line, content) of tables that scripts draw; content as of figures.
        styles: (line, text) of style elements.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bound: list[Bound] = []
        self.loose: list[tuple[int, str]] = []
        self.shown: list[tuple[int, str, str]] = []
        self.foreign: list[tuple[int, str]] = []
        self.figures: list[tuple[str, str, Any]] = []
        self.tables: list[tuple[int, Any]] = []
        self.styles: list[tuple[int, str]] = []
        self._open: list[_Open] = []
        self._figure: tuple[str, str] | None = None
        self._table = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known, line = attributes(attrs), self.getpos()[0]
        above = self._open[-1] if self._open else _Open("", False)
        bound = any(name in known for name in BOUND)
        self.shown += [
            (line, name, value)
            for name, value in known.items()
            if name.startswith("on") or (name in SPOKEN and not (bound and name == "title"))
        ]
        foreign = brought(tag, known)
        if foreign:
            self.foreign.append((line, foreign))
        if tag in VOID:
            return
        silent = above.silent or bound or tag in ("script", "style", "code")
        here = _Open(tag, silent, [*above.bound])
        if "data-number" in known or "data-setting" in known:
            self.bound.append(Bound(known, line))
            here.bound.append(self.bound[-1])
        if "data-plot" in known:
            self._figure = known["data-plot"], known.get("data-tables", "")
        self._table = "data-rows" in known
        self._open.append(here)

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(element.tag == tag for element in self._open):
            if self._open.pop().tag == tag:
                break

    def handle_data(self, data: str) -> None:
        here, line = self._open[-1] if self._open else _Open("", False), self.getpos()[0]
        if self._figure and here.tag == "script":
            self.figures.append((*self._figure, _json(data)))
            self._figure = None
        if self._table and here.tag == "script":
            self.tables.append((line, _json(data)))
            self._table = False
        if here.tag == "style":
            self.styles.append((line, data))
        for bound in here.bound:
            bound.text += data
        if not here.silent:
            self.loose += enumerate(data.split("\n"), start=line)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def attributes(listed: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    """An element's attributes as a browser takes them: of one that is given twice, the first."""
    return {name: value or "" for name, value in reversed(listed)}


def brought(tag: str, known: dict[str, str]) -> str | None:
    """What the element brings in, as text to show; None for nothing but the site's own."""
    if TAGS.fullmatch(tag) or (tag == "meta" and known.get("http-equiv", POLICY).strip().lower() != POLICY):
        return f"<{tag}>"
    addresses = [value for name, value in known.items() if ADDRESSES.fullmatch(name)]
    if tag in LINKS:
        foreign = [value for value in addresses if RUNS.match("".join(at for at in value if at > " "))]
    else:
        foreign = [value for value in addresses if tag not in OWN or not OWN[tag].fullmatch(value)]
    if foreign or (tag == "script" and known.get("type") != DATA and not addresses):
        return " ".join([f"<{tag}>", *foreign])
    return None
