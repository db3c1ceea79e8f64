"""Build the whole site of a study."""

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import replace
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
    imported,
    laws,
    learning,
    lineages,
    passk,
    retention,
    training,
    transfer,
)
from .figures.layout import Section
from .findings import findings
from .fragments import filled, render_fragments
from .in_words import in_words
from .inputs import NUMBERS
from .key_numbers import key_numbers, pair_tables
from .lineage import Lineage
from .names import benchmark_title, plain_title, synthetic
from .occurrences import occurrences
from .page import Page, environment
from .params import ReportParams
from .sentences import claim
from .summary import summary
from .transcripts import cases, shown_benchmarks
from .typed import advice, in_assets, in_fragments, in_site, in_templates

ASSETS = Path(__file__).parent / "assets"

INDEX = Page("index.html", "Results", "", "index.html.j2")
LEARNING = Page("learning.html", "Learning", "Does training raise accuracy on problems that it never saw?")
PASSK = Page("passk.html", "pass@k", "How much wider does each policy search when it may try more often?")
DIVERSITY = Page("diversity.html", "Diversity", "How different are the solutions to one problem?")
ANSWERS = Page("answers.html", "Answers", "How evenly does a policy spread over the valid answers?")
CALIBRATION = Page(
    "calibration.html", "Calibration", "Does a policy that is told a distribution draw from it?"
)
TRANSFER = Page(
    "transfer.html",
    "Transfer",
    "Does training change answers of kinds that it never asked for?",
)
RETENTION = Page("retention.html", "Retention", "Can a trained policy still do what its base could?")
IMPORTED = Page(
    "imported.html",
    "Imported values",
    "What the imported tables say, condition by condition and item by item.",
)
LINEAGE = Page(
    "lineage.html", "Lineage", "At which stage of training does diversity go, and what comes back?"
)
COST = Page("cost.html", "Cost", "What does a correct answer cost, and who is ahead at the same budget?")
BAND = Page("band.html", "Variance band", "Which problems of the pool can a policy still learn from?")
TRAINING = Page("training.html", "Training", "What the training runs saw, step by step.")
# The driver tells times, after the site is built: see page_data.py.
TIMES = Page(
    "times.html",
    "Time",
    "Where the time of the jobs goes, rule by rule.",
    "times.html.j2",
    ("plotly.min.js", "theme.js", "times.js"),
)
GALLERY = Page(
    "gallery.html",
    "Transcripts",
    "The same problem, side by side: both arms of the first compared pair, or the first arms, of an arm that "
    "was trained several times the first run. Always the first rollout of a problem. Problems that one arm "
    "solves and the other does not stand first, then the others in the order of the slice.",
    "gallery.html.j2",
    ("gallery.js",),
)
RECORDS = Page(
    "numbers.html",
    "All numbers",
    "Every number record of the study.",
    "numbers.html.j2",
    ("cards.js", "records.js"),
)
RECORD_HEADS = (("id", "number"), ("value", "value"), ("interval", "interval"), ("n", "n"), ("unit", "unit"))
# Data first, then what draws it.
SCRIPTS = ("cards.js", "stage.js", "lineage.js", "cardview.js")
CARD = Page("card.html", "A number", "What stands behind one reported number.", "card.html.j2", SCRIPTS)
PAGES = [
    INDEX,
    IMPORTED,
    LEARNING,
    PASSK,
    ANSWERS,
    CALIBRATION,
    TRANSFER,
    RETENTION,
    DIVERSITY,
    LINEAGE,
    COST,
    BAND,
    TRAINING,
    TIMES,
    GALLERY,
    RECORDS,
]
# Where claims about the study are on file they are its first page.
CLAIMS = Page(
    "index.html",
    "Claims",
    "What was said about these results, claim by claim, and what comes out when the numbers are computed "
    "again.",
    "claims.html.j2",
)
RESULTS = replace(INDEX, file="results.html")


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


def pages_of(study: Study, claims: Sequence[object]) -> list[Page]:
    """The pages of a study's site: those that its tables say something on.

    `claims` are those on file or registered.
    """
    shown = [CLAIMS, RESULTS, *PAGES[1:]] if claims else PAGES
    told: dict[Page, object] = {
        LEARNING: study.evaluations("passk"),
        PASSK: study.evaluations("passk"),
        ANSWERS: answers.measured_benchmarks(study),
        CALIBRATION: calibration.benchmarks(study),
        TRANSFER: elsewhere.benchmarks(study),
        RETENTION: retention.benchmarks(study),
        DIVERSITY: study.evaluations("diversity"),
        LINEAGE: lineages.shown(study),
        COST: study.evaluations("cost"),
        BAND: study.bands(),
        TRAINING: study.logs(),
        GALLERY: shown_benchmarks(pooled(study)),
        IMPORTED: imported.tables(study),
    }
    return [page for page in shown if page not in told or told[page]]


def _tables(book: Book) -> list[tuple[str, str]]:
    return list(dict.fromkeys((each.path, each.digest) for record in book for each in record.inputs))


def _contexts(study: Study, book: Book, root: Path, params: ReportParams) -> dict[Page, dict[str, Any]]:
    whole = pooled(study)
    shown = cases(whole, root)
    said = claimed.statements(claimed.lines(params.claims, book, params.registrations))
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
            "statements": said,
            "tally": claimed.tally(said),
            "styles": dict(claimed.WORDS.values()),
            "registered": bool(params.registrations),
            "summary": results["summary"],
        },
        RESULTS: results,
        INDEX: results,
        LEARNING: {"sections": learning.sections(whole, book)},
        PASSK: {"sections": passk.sections(whole, book)},
        ANSWERS: {
            "sections": [
                *laws.sections(whole, root),
                *transfer.sections(whole, book),
                *answers.sections(whole, book),
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
