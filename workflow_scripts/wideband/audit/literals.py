"""What counts as a number typed by hand.

A literal is a word with a decimal digit in it, in text that is bound to nothing: not inside an element with
`data-number`, `data-setting`, `data-cell` or `data-verbatim`, nor in `code`, `script` or `style`; those are
held against the records and tables by rendering the page again. Names that come from the study file are no
literals: its name and title, arms, stages, checkpoints, slices, benchmarks and base models, each with `_`
read as a space as well, and `pass@k` for every k that a benchmark allows. In templates, which know no study,
every digit outside a placeholder or a comment is a literal, in `code` too. Of figures, names of traces,
titles of axes and notes are held to the same rule.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..config import Study
from ..report.page import TEMPLATES
from .finding import Finding
from .page import Page

LITERAL = re.compile(r"\S*\d\S*")
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def study_names(study: Study) -> list[str]:
    """Names of the study file that hold a digit and a letter, longest first."""
    steps = [step for stage in study.stages for step in study.step_checkpoints(stage)]
    ks = range(1, max((body.n for body in study.benchmarks.values()), default=0) + 1)
    named = [
        *(study.name, study.title, study.band.pool, study.band.heldout.slice),
        *(*study.arms, *study.stages, *steps, *study.data.slices, *study.benchmarks),
        *(base.name for arm in study.arms if (base := study.base_of(arm))),
        *(body.title for body in study.benchmarks.values() if body.title),
        *(f"pass@{k}" for k in ks),
    ]
    spaced = [name.replace("_", " ") for name in named]
    found = {name for name in (*named, *spaced) if re.search(r"\d", name) and re.search(r"[^\W\d]", name)}
    return sorted(found, key=lambda name: (-len(name), name))


def literals(text: str, names: Iterable[str]) -> list[str]:
    """The literals of a text once `names` are taken out as whole words."""
    for name in names:
        text = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w%]|\.\d)", " ", text)
    return LITERAL.findall(text)


def in_page(page: Page, file: str, names: list[str]) -> Iterator[Finding]:
    """A finding for every literal of a rendered page."""
    for line, text in page.loose:
        for literal in literals(text, names) if any(map(str.isdigit, text)) else ():
            yield unbound(literal, file, line)


def in_templates(folder: Path = TEMPLATES) -> Iterator[Finding]:
    """A finding for every literal of the report's templates."""
    for path in sorted(folder.glob("*.j2")):
        source = JINJA.sub(lambda found: "\n" * found[0].count("\n"), path.read_text(encoding="utf-8"))
        page = Page(source, template=True)
        for line, text in page.loose:
            yield from (unbound(literal, f"templates/{path.name}", line) for literal in LITERAL.findall(text))


def unbound(literal: str, file: str, line: int) -> Finding:
    """The finding about a literal."""
    detail = f"line {line}: '{literal}' is typed by hand and bound to no number; write it as a number's id"
    return Finding("TEXT_UNBOUND", 6, detail, file=file, stage="report")
