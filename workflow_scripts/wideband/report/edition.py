"""The edition of a site: one digest over all its texts, by which an audit says which site it read."""

import re
from pathlib import Path

from ..provenance.digests import json_digest
from .page import PENDING

FIRST_PAGE = "index.html"
META = '<meta name="wideband-edition" content="{}">'
FOUND = re.compile(META.format("([0-9a-f]{64})"))


def dated(texts: dict[str, str]) -> dict[str, str]:
    """The texts of a site with their edition in every page."""
    edition = json_digest(texts)
    return {name: text.replace(META.format(PENDING), META.format(edition)) for name, text in texts.items()}


def edition(root: Path) -> str | None:
    """The edition that the site in the results folder `root` says it is; None without a site."""
    page = root / "report" / FIRST_PAGE
    return edition_of(page.read_text(encoding="utf-8", errors="replace")) if page.is_file() else None


def edition_of(page: str) -> str | None:
    """The edition that a page says it belongs to."""
    found = FOUND.search(page)
    return found[1] if found else None
