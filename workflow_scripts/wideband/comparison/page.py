"""A comparison as a page: one file that opens from disk, in the report's style, without scripts."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..report.formats import render, render_interval
from ..report.markup import SAFE, card
from ..report.page import POLICY
from ..report.site import ASSETS
from .compare import VERDICTS, Comparison
from .finished import Finished
from .numbers import SAME, Pair
from .text import ABSENT, FORM, HEADINGS, SAID, chance

TEMPLATE = "page.html.j2"


def page(found: Comparison, place: Path) -> str:
    """The page as it is to lie at `place`, from where it leads to both reports."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    both = found.first, found.second
    reports = [_report(study, place) for study in both]
    return templates.get_template(TEMPLATE).render(
        policy=POLICY,
        style=Markup((ASSETS / "style.css").read_text(encoding="utf-8")),
        names=[str(study.place) for study in both],
        studies=[
            _study(letter, study, report, only)
            for letter, study, report, only in zip("ab", both, reports, found.only, strict=True)
        ],
        settings=[(heading, getattr(found, name)) for heading, name in HEADINGS],
        absent=ABSENT,
        chance=chance(found),
        groups=[
            {
                "said": SAID[verdict],
                "shown": verdict != SAME,
                "rows": [_row(pair, reports) for pair in found.having(verdict)],
            }
            for verdict in VERDICTS
        ],
    )


def _report(study: Finished, place: Path) -> str:
    """The folder of a study's report as the page finds it."""
    return quote(os.path.relpath(study.place / "report", place.parent), safe=SAFE)


def _study(letter: str, study: Finished, report: str, only: list[str]) -> dict[str, Any]:
    return {
        "letter": letter,
        "folder": str(study.place),
        "report": f"{report}/index.html",
        "title": study.study.title,
        "numbers": len(study.records),
        "audit": study.audit,
        "head": study.head,
        "only": only,
    }


def _row(pair: Pair, reports: list[str]) -> dict[str, Any]:
    return {
        "id": pair.id,
        "sides": [
            {
                "text": render(record.value, FORM),
                "ci": "" if record.ci is None else _interval(record.ci),
                "card": f"{report}/{card(record.id)}",
            }
            for record, report in zip((pair.first, pair.second), reports, strict=True)
        ],
        "difference": render(pair.difference, "+" + FORM),
        "interval": "" if pair.interval is None else render_interval(pair.interval, "+" + FORM),
        "how": pair.method or pair.why,
    }


def _interval(ends: tuple[float | None, float | None]) -> str:
    low, high = ends
    return render_interval(
        (float("-inf") if low is None else low, float("inf") if high is None else high), FORM
    )
