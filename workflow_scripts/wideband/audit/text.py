"""L6: every number that the site and its fragments show is compared with the number records.

Bound text, figures, cards and fragments are compared with the records one by one, so that a finding names
its number. Then the whole site is rendered again and compared, which catches what is bound to no number:
verdict marks and counts of the gallery, captions, scripts. Numbers typed by hand: see `report.literals`.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..config import Study
from ..config.parameters import parameters
from ..numbers import NumberRecord
from ..report import ReportParams, edition, render_site
from ..report.book import Book
from ..report.cards import FILE as CARDS
from ..report.edition import FIRST_PAGE, edition_of
from ..report.formats import NOTHING
from ..report.fragments import FOLDER, printed
from ..report.literals import in_page, study_names
from ..report.markup import resolve
from ..report.read_page import Bound, Page
from ..report.row_data import table_numbers
from ..report.site import ASSETS, assets
from ..report.typed import in_assets, in_fragments, in_templates
from .figures import check_figure
from .finding import Finding
from .fragment import check_copy, check_fragment, check_templates, unbound
from .site_data import check_lineage, check_numbers

REPORT = "report"
# Snakemake's mark of a finished folder.
IGNORED = frozenset({".snakemake_timestamp"})


def check_text(
    root: Path, study: Study, records: list[NumberRecord], texts: Sequence[Path] = ()
) -> list[Finding]:
    """Findings of L6 on the site in the results folder `root`, sorted; none when all is as it should be.

    `texts` are READMEs and papers of the user that hold a fragment between its markers. Call it in the
    project's folder, which holds the templates of fragments.
    """
    if not (root / REPORT / FIRST_PAGE).is_file():
        return [_mismatch("there is no site; run snakemake", f"{REPORT}/{FIRST_PAGE}")]
    book = Book({record.id: record for record in records})
    params = ReportParams.from_params(parameters("report", study, {}))
    found = [*_pages(root, study, book), *_cards(root, book)]
    found += [unbound(what, file, line) for file, line, what in (*in_templates(), *in_assets(ASSETS))]
    found += _fragments(root, study, book, params, texts)
    found += _again(root, study, book, params, {finding.file for finding in found})
    return sorted(set(found), key=_order)


def _order(finding: Finding) -> tuple[str, ...]:
    return finding.file or "", finding.code, finding.number or "", finding.detail


def _pages(root: Path, study: Study, book: Book) -> Iterator[Finding]:
    names = study_names(study)
    for path in sorted(path for path in (root / REPORT).glob("*.html") if path.is_file()):
        file = path.relative_to(root).as_posix()
        page = Page(path.read_text(encoding="utf-8", errors="replace"))
        for bound in page.bound:
            yield from _bound(study, book, bound, file)
        for line, content in page.tables:
            yield from _rows(book, content, file, line)
        for key, tables, content in page.figures:
            yield from check_figure(book, names, file, key, tables, content)
        yield from (unbound(what, file, line) for line, what in in_page(page, names))


def _bound(study: Study, book: Book, bound: Bound, file: str) -> Iterator[Finding]:
    """What a bound element shows against its record, or its setting."""
    known, number = bound.attributes, bound.attributes.get("data-number")
    form = known.get("data-format", "")
    try:
        if number is None:
            due = format(resolve(study, known["data-setting"]), form)
        else:
            due = printed(book, known.get("data-part", "value"), number, form)
    except (KeyError, AttributeError):
        absent = number is not None and bound.text == "–"
        due = bound.text if absent else "nothing: there is no such record or setting"
    except (ValueError, TypeError):
        due = f"nothing: '{form}' is no format"
    if bound.text != due:
        what = number or known["data-setting"]
        yield _mismatch(f"line {bound.line}: {what} reads '{bound.text}', should read '{due}'", file, number)


def _rows(book: Book, content: Any, file: str, line: int) -> Iterator[Finding]:
    """What a table that a script draws shows against the records."""
    try:
        cells = table_numbers(content)
        found = [(number, text, _due(book, part, number, form)) for number, part, form, text in cells]
    except (ValueError, LookupError, TypeError, AttributeError):
        yield _mismatch(f"line {line}: not a table as the report draws them", file)
        return
    for number, text, due in found:
        if text != due:
            yield _mismatch(f"line {line}: {number} reads '{text}', should read '{due}'", file, number)


def _due(book: Book, part: str, number: str, form: str) -> str:
    """What a cell should say: a number that the study has not is a dash, one without an interval has none."""
    if number not in book:
        return "" if part == "ci" else NOTHING
    if part == "ci" and book.interval(number) is None:
        return ""
    return printed(book, part, number, form)


def _cards(root: Path, book: Book) -> Iterator[Finding]:
    path = root / REPORT / CARDS
    if path.is_file():
        yield from check_numbers(book, path.read_bytes(), f"{REPORT}/{CARDS}")


def _fragments(
    root: Path, study: Study, book: Book, params: ReportParams, texts: Sequence[Path]
) -> Iterator[Finding]:
    lines = check_templates(study, book, params.fragments)
    if isinstance(lines, list):
        yield from lines
        return
    for file, at, what in in_fragments(study, lines):
        yield unbound(what, f"{REPORT}/{file}", at)
    for name, pairs in lines.items():
        path = root / REPORT / FOLDER / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        yield from check_fragment(text, pairs, path.relative_to(root).as_posix())
    for path in texts:
        yield from check_copy(study, path, [line for pairs in lines.values() for line in pairs])


def _again(
    root: Path, study: Study, book: Book, params: ReportParams, named: set[str | None]
) -> Iterator[Finding]:
    """Files of the site that are not what they are when rendered again.

    Those in `named` have findings of their own.
    """
    try:
        texts = render_site(study, book, root, params)
    # Records and tables that other levels find broken: whatever they raise, no site can be made of them.
    except Exception as error:
        yield _mismatch(f"the site cannot be rendered again from these results ({error})", REPORT)
        return
    due = {**_as_dated(root, texts), **{name: path.read_bytes() for name, path in assets().items()}}
    ledger = root / "ledger.jsonl"
    sealed = ledger.read_text(encoding="utf-8", errors="replace") if ledger.is_file() else ""
    different = list(_different(root / REPORT, due, named, sealed))
    yield from different
    same = (root / REPORT / CARDS).is_file() and (root / REPORT / CARDS).read_bytes() == due[CARDS]
    if same and not different and not named and edition_of(texts[FIRST_PAGE]) != edition(root):
        yield _mismatch("says it is another edition than it is", f"{REPORT}/{FIRST_PAGE}")


def _different(folder: Path, due: dict[str, bytes], named: set[str | None], ledger: str) -> Iterator[Finding]:
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted(due.keys() | there.keys() - IGNORED):
        file = f"{REPORT}/{name}"
        if name not in there:
            yield _mismatch("is missing from the site", file)
        elif name not in due:
            yield _mismatch("is no file of the site", file)
        elif file in named:
            continue
        elif name == CARDS:
            yield from check_lineage(there[name].read_bytes(), due[name], ledger, file)
        elif (read := there[name].read_bytes()) != due[name]:
            yield _mismatch(_difference(read, due[name]), file)


def _as_dated(root: Path, texts: dict[str, str]) -> dict[str, bytes]:
    """Texts with the edition that the site says it is: a difference anywhere would show in every page."""
    rendered, on_disk = edition_of(texts[FIRST_PAGE]), edition(root)
    return {name: text.replace(str(rendered), str(on_disk)).encode() for name, text in texts.items()}


def _difference(read: bytes, due: bytes) -> str:
    """The first place where a file is not as it should be."""
    pairs: Iterable[tuple[int, int]] = zip(read, due, strict=False)
    at = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(read), len(due)))
    line = due[:at].count(b"\n") + 1
    start = max(0, at - 30)
    shown, right = (text[start : at + 40].decode(errors="replace") for text in (read, due))
    return f"line {line}: reads '…{shown}…', rendered again it is '…{right}…'"


def _mismatch(detail: str, file: str, number: str | None = None) -> Finding:
    return Finding("TEXT_MISMATCH", 6, detail, file=file, stage=REPORT, number=number)
