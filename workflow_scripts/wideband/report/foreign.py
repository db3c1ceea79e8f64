"""What an element of a page or template brings in that is not the site's own: content, addresses, reloads.

Templates and rendered pages are held against the same list. Where an expression stands in a template, its
source ends at the folder; what it gives is read in the rendered page.
"""

import re
from collections.abc import Sequence

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
