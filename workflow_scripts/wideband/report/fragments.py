"""Texts outside the site that take numbers by id: fragments for READMEs, macros for papers.

A template first goes through Jinja with `<<name>>`, `<% statement %>` and `<# comment #>`, which sees the
study's names, and which numbers it has, but no value. Then its placeholders are filled from the records:

    {num:<id>:<format>}    the value            {n:<id>}                     the units it rests on
    {ci:<id>:<format>}     the interval         {setting:<path>:<format>}    a value of the study file

Formats are those of the site: Python's (`.1%`, `,.0f`) and `p` for a p-value.
"""

import re
from pathlib import PurePath
from typing import Any

from jinja2 import Environment

from ..config import Study
from ..config.runs import pooled
from .book import Book, ReportError
from .formats import render, render_interval
from .markup import resolve
from .names import benchmark_title, comparisons, final, ordered_arms
from .sandbox import TemplateFault, bounded, environment

FOLDER = "fragments"
PLACEHOLDER = re.compile(r"\{(num|ci|n|setting):([^{}:]+)(?::([^{}:]+))?\}")
OPENED = re.compile(r"\{(?:num|ci|n|setting):[^{}\n]*\}?")
# Line ends carry the template's line number through Jinja, which unrolls loops. Where a line ends with a
# statement or comment, Jinja takes its end away.
MARK, JOINED = "\x00", ("%>", "#>")
TEX = {
    "%": r"\%",
    "−": r"\ensuremath{-}",
    "∞": r"\ensuremath{\infty}",
    "–": "--",
    "<": r"\ensuremath{<}",
    "_": r"\_",
}
DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class FragmentError(ReportError):
    """A template that cannot be filled; the message names file, line and id."""


def render_fragments(study: Study, book: Book, templates: dict[str, str]) -> dict[str, str]:
    """Every template filled, by its path in the site. Raises FragmentError."""
    return {
        f"{FOLDER}/{name}": "".join(text for _, text in filled(study, book, name, templates[name]))
        for name in sorted(templates)
    }


def filled(study: Study, book: Book, name: str, template: str) -> list[tuple[str, str]]:
    """(line with its placeholders, line filled) of a fragment. Raises FragmentError."""
    lines = _expanded(study, book, name, template)
    return [
        (line, _filled(study, book, line, f"config/{FOLDER}/{name}, line {at}", name)) for at, line in lines
    ]


def printed(book: Book, part: str, identity: str, form: str) -> str:
    """Value, interval, n or smallest detectable difference of a number as text.

    Raises KeyError for the id, ValueError for the format.
    """
    record = book.records[identity]
    if part == "n":
        return str(record.n)
    render(0.5, form)
    if part == "detectable":
        return render(book.detectable(identity), form)
    return render_interval(book.interval(identity), form) if part == "ci" else render(record.value, form)


def letters(*names: str) -> str:
    """Names as the letters of a LaTeX macro: `gsm8k_test` is `GsmEightkTest`."""
    words = [word for name in names for word in re.split(r"[^A-Za-z0-9]+", name) if word]
    return "".join(
        re.sub(r"\d", lambda digit: DIGITS[int(digit[0])], word[0].upper() + word[1:]) for word in words
    )


def _expanded(study: Study, book: Book, name: str, template: str) -> list[tuple[int, str]]:
    lines = template.splitlines()
    marked = [
        line if line.rstrip().endswith(JOINED) else f"{line}{MARK}{at}{MARK}"
        for at, line in enumerate(lines, start=1)
    ]
    context = {**_context(study), "has": book.__contains__}
    try:
        text = bounded(lambda: _jinja().from_string("\n".join(marked) + "\n").render(context))
    except TemplateFault as fault:
        raise FragmentError(f"config/{FOLDER}/{name}, line {fault.line}: {fault}") from None
    pieces = text.split(MARK)
    return [
        (int(at), f"{line.removeprefix(chr(10))}\n")
        for line, at in zip(pieces[::2], pieces[1::2], strict=False)
    ]


def _jinja() -> Environment:
    return environment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _context(study: Study) -> dict[str, Any]:
    """Names of the study, and nothing that is measured."""
    study = pooled(study)
    pairs = comparisons(study)
    both = pairs[0] if pairs else None
    return {
        "study": study.name,
        "title": study.title,
        "arms": ordered_arms(study),
        "end": {arm: final(study, arm) for arm in study.arms},
        "benchmarks": {name: benchmark_title(study, name) for name in study.benchmarks},
        "draws": {name: body.n for name, body in study.benchmarks.items()},
        "comparisons": pairs,
        "both": both,
        "pair": "-".join(both.pair) if both else "",
        "letters": letters,
    }


def _shown(study: Study, book: Book, placeholder: re.Match[str], where: str, tex: bool) -> str:
    """What a placeholder is filled with. Raises FragmentError that begins with `where`."""
    text = _text(study, book, placeholder, where)
    return "".join(TEX.get(letter, letter) for letter in text) if tex else text


def _filled(study: Study, book: Book, line: str, where: str, name: str) -> str:
    tex = PurePath(name).suffix == ".tex"
    for opened in OPENED.findall(line):
        if not PLACEHOLDER.fullmatch(opened):
            raise FragmentError(f"{where}: {opened} is not a placeholder; write {{num:<id>:<format>}}")
    return PLACEHOLDER.sub(lambda found: _shown(study, book, found, where, tex), line)


def _text(study: Study, book: Book, found: re.Match[str], where: str) -> str:
    part, identity, form = found.groups()
    if part in ("num", "ci") and form is None:
        raise FragmentError(f"{where}: {found[0]} has no format; write {{{part}:{identity}:<format>}}")
    try:
        if part == "setting":
            return format(resolve(study, identity), form or "")
        return printed(book, part, identity, form or "")
    except (KeyError, AttributeError):
        what = "setting" if part == "setting" else "number"
        raise FragmentError(
            f"{where}: this study has no {what} {identity}; see numbers.html for the ids"
        ) from None
    except (ValueError, TypeError):
        raise FragmentError(
            f"{where}: '{form}' is no format for {identity}; write one such as .1% or ,.0f"
        ) from None
