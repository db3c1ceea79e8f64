"""Numbers typed by hand into what the site is made of: its templates, styles and scripts.

A template prints numbers by id, with the functions of a Binder. Every other numeral in it is typed, in text,
attributes, code or styles, inside an expression, or as a word; so is whatever could show one that is none:
scripts, frames, pictures, and styles that write text.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateError, nodes

from ..config import Study
from .fragments import FOLDER, PLACEHOLDER
from .literals import has_numeral, in_page, literals, study_names
from .page import TEMPLATES
from .read_page import Page, attributes, brought

Typed = tuple[str, int, str]
Lines = list[tuple[str, str]]
# Comments of LaTeX, comments and code spans of Markdown, and what follows a backslash, hold no statement.
QUIET = re.compile(r"(?<!\\)%.*|<!--.*?-->|`[^`]*`|\\[A-Za-z]+")
WORDS = re.compile(
    r"\b(?:(?:twen|thir|for|fif|six|seven|eigh|nine)ty|\w+teen|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|hundred|thousand|million|billion|dozen|per ?cent|half|halves|third|quarter|fifth|tenth|twice"
    r"|thrice|double|triple)s?\b",
    re.IGNORECASE,
)
BINDERS = frozenset({"num", "exactly", "detectable", "unit", "ci", "count", "setting", "card"})
# Attributes that draw the key of a figure or show nothing, and what every page declares.
DRAWN = frozenset(
    {
        "width",
        "height",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "stroke-width",
        "stroke-dasharray",
        "tabindex",
    }
)
DECLARED = frozenset({"width=device-width, initial-scale=1", "utf-8"})
# Styles that write text, fetch something, or exchange the letters that are seen.
WRITES = re.compile(
    r"content\s*:(?!\s*(?:\"\"|''))|attr\(|counter|@import|@font-face|url\(|quotes\s*:", re.IGNORECASE
)
SAID = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL
)
NAMED = frozenset({'"h1"', '"h2"', '"h3"', '"h4"', '"http://www.w3.org/2000/svg"'})
WRITTEN = re.compile(
    r"(?:inner|outer)HTML|insertAdjacentHTML|document\.write|textContent\s*=\s*[\d.]|\beval\("
)


def in_templates(folder: Path = TEMPLATES) -> Iterator[Typed]:
    """(file, line, what is typed) of every template."""
    environment = Environment()
    for path in sorted(folder.glob("*.j2")):
        name, text = f"templates/{path.name}", path.read_text(encoding="utf-8")
        try:
            tree = environment.parse(text)
            source = _Source("".join(_html(environment, text)))
        except TemplateError as error:
            yield name, getattr(error, "lineno", 1), f"no template ({error})"
            continue
        yield from ((name, line, what) for line, what in (*source.found, *_computed(tree, False)))


def in_assets(folder: Path) -> Iterator[Typed]:
    """(file, line, what is typed) of the site's own styles and scripts."""
    for path in sorted(folder.glob("*.css")):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield from ((f"assets/{path.name}", line, found[0]) for found in WRITES.finditer(text))
    for path in sorted(folder.glob("*.js")):
        text = path.read_text(encoding="utf-8")
        strings = [found for found in SAID.finditer(text) if found[0][0] != "/"]
        wrong = [found for found in strings if has_numeral(found[0]) and found[0] not in NAMED]
        for found in (*wrong, *WRITTEN.finditer(text)):
            yield f"assets/{path.name}", text.count("\n", 0, found.start()) + 1, found[0]


def in_fragments(study: Study, fragments: dict[str, Lines]) -> Iterator[Typed]:
    """(file, line, what is typed) of the lines of fragments, placeholders and names of the study left out."""
    names = study_names(study)
    for name, pairs in fragments.items():
        for at, (line, _) in enumerate(pairs, start=1):
            rest = QUIET.sub(" ", PLACEHOLDER.sub(" ", line))
            yield from ((f"{FOLDER}/{name}", at, literal) for literal in literals(rest, names))


def in_site(study: Study, texts: dict[str, str]) -> Iterator[Typed]:
    """(file, line, what is typed) of rendered pages."""
    names = study_names(study)
    for name, text in texts.items():
        if name.endswith(".html"):
            yield from ((name, line, what) for line, what in in_page(Page(text), names))


def advice(line: int, what: str) -> str:
    """What is wrong with something typed, for people."""
    return f"line {line}: '{what}' is typed by hand and bound to no number; write it as a number's id"


def _html(environment: Environment, text: str) -> Iterator[str]:
    """A template's text between its expressions, which leave their line ends."""
    for _, kind, value in environment.lex(text):
        yield value if kind == "data" else "\n" * value.count("\n")


def _computed(node: nodes.Node, quiet: bool) -> Iterator[tuple[int, str]]:
    """Constants with a numeral in expressions, but where they choose, or name a number or its format."""
    if isinstance(node, nodes.Const):
        if not quiet and not isinstance(node.value, bool) and literals(str(node.value)):
            yield node.lineno, str(node.value)
        return
    if isinstance(node, nodes.Extends | nodes.Include | nodes.FromImport | nodes.TemplateData):
        return
    bound = isinstance(node, nodes.Call) and getattr(node.node, "name", "") in BINDERS
    chooses = isinstance(node, nodes.Compare | nodes.Slice | nodes.Test)
    for name, value in node.iter_fields():
        places = isinstance(node, nodes.Getitem) and name == "arg"
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, nodes.Node):
                yield from _computed(child, quiet or bound or chooses or places)


class _Source(HTMLParser):
    """What is typed into a template's HTML: (line, what)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._tag = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag, known = tag, attributes(attrs)
        foreign = brought(tag, known)
        if foreign:
            self._say(foreign)
        for name, value in known.items():
            if name.startswith("on") or (name == "style" and value.strip() != "min-height:px"):
                self._say(f"{name}={value}")
            elif name not in DRAWN and value not in DECLARED and "http-equiv" not in known:
                self._collect(value)

    def handle_endtag(self, _: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        for at, text in enumerate(data.split("\n")):
            if self._tag == "script" and text.strip():
                self._say(text.strip(), at)
            if self._tag == "style" and (WRITES.search(text) or has_numeral(text)):
                self._say(text.strip(), at)
            if self._tag not in ("script", "style"):
                self._collect(text, at)

    def _collect(self, text: str, below: int = 0) -> None:
        for what in (*literals(text), *(found[0] for found in WORDS.finditer(text))):
            self._say(what, below)

    def _say(self, what: str, below: int = 0) -> None:
        self.found.append((self.getpos()[0] + below, what))
