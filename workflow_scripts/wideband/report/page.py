"""The pages of the site, and how a template becomes a file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..config import Study
from ..config.runs import pooled
from .book import Book
from .described import form_of
from .formats import unit
from .markup import Binder, card
from .names import arm_title, checkpoint_title, ordered_arms, spaced
from .palette import arm_colours
from .row_data import figure_data, grid_data, many_rows

TEMPLATES = Path(__file__).parent / "templates"
# Pages open from disk, where 'self' is any local file. Scripts come from files and never out of the page, so
# that a completion that got into it as markup would stay dead; nothing leads to a network.
# Plotly and the colours of arms need styles within the page. A frame holds what stands
# beside the site (assets/page_data.js).
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
# Stands in pages where the edition will, until all of them are rendered.
PENDING = "edition pending"


@dataclass(frozen=True)
class Page:
    """A page of the site; `scripts` are names under assets/."""

    file: str
    title: str
    lead: str
    template: str = "plots.html.j2"
    scripts: tuple[str, ...] = ()

    @property
    def plots(self) -> bool:
        """Whether the page draws figures."""
        return self.template in ("plots.html.j2", "index.html.j2")


def environment(study: Study, book: Book, pages: list[Page]) -> Environment:
    """Templates with the bound functions of a Binder; an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    binder, whole = Binder(study, book), pooled(study)
    made.filters.update(
        script_json=script_json,
        spaced=spaced,
        arm_title=lambda arm: arm_title(whole if arm in whole.arms else study, arm),
        checkpoint_title=lambda checkpoint: checkpoint_title(study, checkpoint),
    )
    made.globals.update(
        study=study,
        book=book,
        pages=pages,
        colours=ordered_colours(whole),
        place={arm: place for place, arm in enumerate(ordered_arms(whole), start=1)},
        # Whether intervals and tests are over training runs as well.
        over_runs=whole is not study,
        num=binder.num,
        exactly=binder.exactly,
        detectable=binder.detectable,
        unit=unit,
        form=lambda identity: form_of(book.records[identity]),
        ci=binder.ci,
        count=binder.count,
        setting=binder.setting,
        card=card,
        many_rows=many_rows,
        figure_data=lambda rows: figure_data(rows, book),
        grid_data=lambda grid: grid_data(grid, book),
        edition=PENDING,
        policy=POLICY,
    )
    return made


def ordered_colours(study: Study) -> dict[str, str]:
    """Colour by arm, in the report's order of arms."""
    colours = arm_colours(study)
    return {arm: colours[arm] for arm in ordered_arms(study)}


def script_json(value: Any) -> Markup:
    """JSON that is safe inside a script element; NaN is refused, keys keep their order."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))
