"""A comparison as a page: one file that opens from disk, in the report's style, without scripts."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..report.markup import SAFE, card
from ..report.page import POLICY
from ..report.site import ASSETS
from .compare import VERDICTS, Comparison
from .finished import Finished
from .numbers import SAME
from .text import ABSENT, COLUMNS, HEADINGS, SAID, chance
from .words import by_benchmark, rows

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
    reports, study = [_report(finished, place) for finished in both], found.first.study
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
        columns=COLUMNS,
        card=card,
        reports=reports,
        chance=chance(found),
        groups=[
            {
                "said": SAID[verdict],
                "count": len(found.having(verdict)),
                "benchmarks": []
                if verdict == SAME
                else list(by_benchmark(rows(found.having(verdict), study))),
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
