"""Reading a built site back: bound numbers, loose text and plots of a page."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

BOUND = {"data-number", "data-setting", "data-cell", "data-verbatim"}
SILENT = {"script", "style", "code", "title"}
VOID = {"meta", "link", "input", "br", "line", "circle"}


class Page(HTMLParser):
    """`numbers`: (attributes, text) of every bound number; `loose`: text that is bound to nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.numbers: list[tuple[dict[str, str], str]] = []
        self.loose: list[str] = []
        self.references: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[tuple[str, dict[str, str]]] = []
        self.html = path.read_text(encoding="utf-8")
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.references += [known[name] for name in ("href", "src") if name in known]
        if "data-number" in known:
            self.numbers.append((known, ""))
        if tag not in VOID:
            self._open.append((tag, known))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        tag, known = self._open[-1] if self._open else ("", {})
        if "data-number" in known:
            self.numbers[-1] = (known, self.numbers[-1][1] + data)
        for name in (tag, *known.get("class", "").split()):
            self.texts.setdefault(name, []).append(data)
        bound = any(BOUND & set(each) or name in SILENT for name, each in self._open)
        if not bound:
            self.loose.append(data)

    def plots(self) -> dict[str, dict[str, Any]]:
        """Figures by the id of the element they are drawn in."""
        found = re.findall(
            r'<script type="application/json" data-plot="([^"]+)"[^>]*>(.*?)</script>', self.html
        )
        return {name: json.loads(text) for name, text in found}
