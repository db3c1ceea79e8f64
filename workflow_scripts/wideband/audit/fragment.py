"""Fragments held against their templates and the number records, in the site and in texts that copy them."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from ..config import Study
from ..report.book import Book
from ..report.fragments import FOLDER, PLACEHOLDER, FragmentError, filled
from ..report.literals import has_numeral, literals
from ..report.typed import advice
from .finding import Finding

Line = tuple[str, str]
NEAR = 0.6


def check_templates(
    study: Study, book: Book, templates: dict[str, str]
) -> dict[str, list[Line]] | list[Finding]:
    """The lines of every fragment as they should be, or what keeps a template from being filled."""
    try:
        return {name: filled(study, book, name, text) for name, text in sorted(templates.items())}
    except FragmentError as error:
        return [Finding("TEXT_UNBOUND", 6, str(error), file=f"report/{FOLDER}", stage="report")]


def check_fragment(text: str, lines: list[Line], file: str) -> Iterator[Finding]:
    """A finding for every line of a fragment in the site that is not as it should be, or is missing."""
    found = text.splitlines()
    for at, (template, right) in enumerate(lines):
        line = found[at] if at < len(found) else ""
        if line != right.rstrip("\n"):
            yield from _line(line, (template, right), file, at + 1)
    for at, line in enumerate(found[len(lines) :], start=len(lines) + 1):
        yield from (unbound(literal, file, at) for literal in literals(line))


def check_copy(study: Study, path: Path, lines: list[Line]) -> Iterator[Finding]:
    """A finding for every line between the markers of a text that is no line of any fragment, `lines`."""
    right = {filled.strip() for _, filled in lines}
    for at, line in _marked(study, path.read_text(encoding="utf-8", errors="replace")):
        if line.strip() in right or not has_numeral(line):
            continue
        near = max(lines, key=lambda candidate: _likeness(candidate[1], line), default=None)
        if near is not None and _likeness(near[1], line) >= NEAR:
            yield from _line(line, near, str(path), at)
        else:
            yield from (unbound(literal, str(path), at) for literal in literals(line))


def _line(line: str, near: Line, file: str, at: int) -> Iterator[Finding]:
    """What is wrong with a line: the numbers that it shows otherwise, else that it differs."""
    template, right = (text.strip() for text in near)
    form = _form(template)
    printed_line, due = form.fullmatch(line.strip()), form.fullmatch(right)
    if printed_line is None or due is None:
        yield _mismatch(f"line {at}: reads '{line.strip()}', should read '{right}'", file, None)
        return
    for placeholder, is_said, is_due in zip(
        PLACEHOLDER.finditer(template), printed_line.groups(), due.groups(), strict=True
    ):
        if is_said != is_due:
            number = placeholder[2] if placeholder[1] != "setting" else None
            detail = f"line {at}: {placeholder[0]} reads '{is_said}', should read '{is_due}'"
            yield _mismatch(detail, file, number)


def _form(template: str) -> re.Pattern[str]:
    """A line with a group for each placeholder."""
    pieces, end = [], 0
    for placeholder in PLACEHOLDER.finditer(template):
        pieces += [re.escape(template[end : placeholder.start()]), "(.*?)"]
        end = placeholder.end()
    return re.compile("".join([*pieces, re.escape(template[end:])]))


def _marked(study: Study, text: str) -> Iterator[tuple[int, str]]:
    inside = False
    for at, line in enumerate(text.splitlines(), start=1):
        bare = line.strip().removeprefix("<!--").removesuffix("-->").lstrip("%").strip()
        if bare == "/wideband":
            inside = False
        if inside:
            yield at, line
        if bare == f"wideband:{study.name}":
            inside = True


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.strip(), other.strip(), autojunk=False).ratio()


def _mismatch(detail: str, file: str, number: str | None) -> Finding:
    return Finding("TEXT_MISMATCH", 6, detail, file=file, stage="report", number=number)


def unbound(literal: str, file: str, line: int) -> Finding:
    """TEXT_UNBOUND for a literal in a file of the site, or in what the site is made of."""
    return Finding("TEXT_UNBOUND", 6, advice(line, literal), file=file, stage="report")
