"""Build the whole site of a study."""

import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..config import Study
from ..config.runs import pooled
from ..provenance.atomic import atomic_path, write_text
from . import cards
from . import claims as claimed
from .book import Book, ReportError
from .changes import changes
from .edition import dated
from .effects import KINDS
from .figures import (
    answers,
    band,
    calibration,
    cost,
    diversity,
    elsewhere,
    forest,
    frontier,
    held_out,
    imported,
    laws,
    learning,
    lineages,
    paraphrases,
    passk,
    retention,
    training,
    transfer,
)
from .figures.layout import Section
from .findings import findings
from .fragments import filled, render_fragments
from .in_words import in_words
from .inputs import NUMBERS, ReportParams
from .key_numbers import key_numbers, pair_tables
from .lineage import Lineage
from .names import benchmark_title, plain_title, synthetic
from .occurrences import occurrences
from .page import Page, environment
from .pages import (
    ANSWERS,
    BAND,
    CALIBRATION,
    CARD,
    CLAIMS,
    COST,
    DIVERSITY,
    GALLERY,
    IMPORTED,
    INDEX,
    LEARNING,
    LINEAGE,
    PASSK,
    RECORDS,
    RESULTS,
    RETENTION,
    TIMES,
    TRAINING,
    TRANSFER,
    pages_of,
)
from .sentences import claim
from .summary import summary
from .transcripts import cases
from .typed import advice, in_assets, in_fragments, in_site, in_templates

ASSETS = Path(__file__).parent / "assets"

RECORD_HEADS = (("id", "number"), ("value", "value"), ("interval", "interval"), ("n", "n"), ("unit", "unit"))


def build_site(study: Study, root: Path, out: Path, params: ReportParams | None = None) -> None:
    """Write the site of `study` into the folder `out`, from the results folder `root`.

    The site is static, needs no network, and is the same bytes for the same results and manifests. Raises
    ReportError or TableError, naming the file and the remedy, when the number records, a fragment's template
    or a table cannot be read, or a number is typed by hand.
    """
    book, params = Book.read(root / NUMBERS), params or ReportParams()
    texts = render_site(study, book, root, params)
    _refuse_typed(study, book, params, texts)
    for name, text in texts.items():
        write_text(out / name, text)
    for name, source in assets().items():
        with atomic_path(out / name) as temporary:
            shutil.copyfile(source, temporary)


def _refuse_typed(study: Study, book: Book, params: ReportParams, texts: dict[str, str]) -> None:
    fragments = {name: filled(study, book, name, text) for name, text in params.fragments.items()}
    sources = (*in_templates(), *in_assets(ASSETS), *in_fragments(study, fragments))
    for file, line, what in sources or in_site(study, texts):
        raise ReportError(f"{file}: {advice(line, what)}")


def render_site(study: Study, book: Book, root: Path, params: ReportParams | None = None) -> dict[str, str]:
    """Every text of the site by its path in it, assets left out: pages, cards, fragments."""
    params = params or ReportParams()
    pages = pages_of(study, [*params.claims, *params.registrations])
    templates = environment(study, book, pages)
    known = _contexts(study, book, root, params)
    contexts = [(page, known[page]) for page in pages]
    texts = {
        page.file: templates.get_template(page.template).render(page=page, **context)
        for page, context in contexts
    }
    places = occurrences(
        texts,
        {page.file: _sections(context) for page, context in contexts},
    )
    lineage = Lineage.read(study, root, NUMBERS, _tables(book), params.registered)
    texts[CARD.file] = templates.get_template(CARD.template).render(page=CARD)
    texts[cards.FILE] = cards.cards_script(study, book, lineage, places, titles(pages))
    return dated({**texts, **render_fragments(study, book, params.fragments)})


def _sections(context: dict[str, Any]) -> list[Section]:
    """The sections of a page that have figures."""
    return [*context.get("sections", ()), *filter(None, [context.get("forest")])]


def titles(pages: Sequence[Page]) -> dict[str, str]:
    """Titles of the pages by file."""
    return {page.file: page.title for page in pages}


def _tables(book: Book) -> list[tuple[str, str]]:
    return list(dict.fromkeys((table.path, table.digest) for record in book for table in record.inputs))


def _contexts(study: Study, book: Book, root: Path, params: ReportParams) -> dict[Page, dict[str, Any]]:
    whole = pooled(study)
    shown = cases(whole, root)
    statements = claimed.statements(claimed.lines(params.claims, book, params.registrations))
    results = {
        "summary": summary(whole, book),
        "findings": findings(whole, book),
        "kinds": KINDS,
        "claim": claim,
        "forest": forest.section(whole, book),
        "synthetic": [plain_title(study, name) for name in study.benchmarks if synthetic(study, name)],
        "changes": changes(whole, book),
        "words": in_words(whole, book),
        "table": key_numbers(whole, book),
        "pairs": pair_tables(whole, book),
    }
    return {
        CLAIMS: {
            "statements": statements,
            "tally": claimed.tally(statements),
            "styles": dict(claimed.WORDS.values()),
            "registered": bool(params.registrations),
            "summary": results["summary"],
        },
        RESULTS: results,
        INDEX: results,
        LEARNING: {"sections": [*held_out.sections(study, book, root), *learning.sections(whole, book)]},
        PASSK: {"sections": passk.sections(whole, book)},
        ANSWERS: {
            "sections": [
                *laws.sections(whole, root),
                *frontier.sections(whole, book),
                *transfer.sections(whole, book),
                *answers.sections(whole, book),
                *paraphrases.sections(whole, book),
            ]
        },
        CALIBRATION: {"sections": calibration.sections(whole, book, root)},
        TRANSFER: {"sections": elsewhere.sections(whole, book)},
        RETENTION: {"sections": retention.sections(whole, book)},
        DIVERSITY: {"sections": diversity.sections(whole, book)},
        LINEAGE: {"sections": lineages.sections(whole, book)},
        IMPORTED: {"sections": imported.sections(study, book, root)},
        COST: {"sections": cost.sections(whole, book)},
        BAND: {"sections": band.sections(study, book, root)},
        TRAINING: {"sections": training.sections(study, root)},
        TIMES: {},
        GALLERY: {
            "cases": shown,
            "benchmarks": {name: benchmark_title(study, name) for name in study.benchmarks},
            "outcomes": list(dict.fromkeys(case.outcome for case in shown)),
            "verdicts": list(
                dict.fromkeys(text.verdict(case.decides) for case in shown for text in case.transcripts)
            ),
        },
        RECORDS: {"heads": RECORD_HEADS},
    }


def assets() -> dict[str, Path]:
    """Style, scripts, and the plotting library of the installed plotly package, by their path in the site."""
    files = [*sorted(ASSETS.iterdir()), _plotly_js()]
    return {f"assets/{file.name}": file for file in files if file.is_file()}


def _plotly_js() -> Path:
    package = importlib.util.find_spec("plotly")
    if package is None or package.origin is None:
        raise ReportError("the package plotly is not installed; set the environment up again (make setup)")
    return Path(package.origin).parent / "package_data" / "plotly.min.js"
