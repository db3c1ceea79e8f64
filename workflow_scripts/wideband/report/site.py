"""Build the whole site of a study."""

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..config import Study
from ..numbers.claims import Claim
from ..provenance.atomic import atomic_path, write_text
from . import claims as claimed
from .book import Book, ReportError
from .figures import band, cost, diversity, learning, passk, training
from .inputs import NUMBERS
from .key_numbers import key_numbers
from .names import benchmark_title
from .page import Page, environment
from .summary import summary
from .transcripts import cases, shown_benchmarks

ASSETS = Path(__file__).parent / "assets"

INDEX = Page("index.html", "Results", "", "index.html.j2")
LEARNING = Page("learning.html", "Learning", "Does training raise accuracy on problems that it never saw?")
PASSK = Page("passk.html", "pass@k", "How much wider does each policy search when it may try more often?")
DIVERSITY = Page("diversity.html", "Diversity", "How different are the solutions to one problem?")
COST = Page("cost.html", "Cost", "What does a correct answer cost, and who is ahead at the same budget?")
BAND = Page("band.html", "Variance band", "Which problems of the pool can a policy still learn from?")
TRAINING = Page("training.html", "Training", "What the training runs saw, step by step.")
GALLERY = Page(
    "gallery.html",
    "Transcripts",
    "The same problem, both scaffolds, side by side. Always the first rollout of a "
    "problem; from every benchmark the first problems of each outcome. Nothing is chosen by hand.",
    "gallery.html.j2",
    ("gallery.js",),
)
RECORDS = Page(
    "numbers.html", "All numbers", "Every number record of the study.", "numbers.html.j2", ("records.js",)
)
PAGES = [INDEX, LEARNING, PASSK, DIVERSITY, COST, BAND, TRAINING, GALLERY, RECORDS]
# Where claims about the study are on file they are its first page.
CLAIMS = Page(
    "index.html",
    "Claims",
    "What was said about these results, claim by claim, and what comes out when the numbers are computed "
    "again.",
    "claims.html.j2",
)
RESULTS = replace(INDEX, file="results.html")


def pages_of(study: Study, claims: Sequence[Claim]) -> list[Page]:
    """The pages of a study's site; of imported results those that their files say something about."""
    found = [CLAIMS, RESULTS, *PAGES[1:]] if claims else PAGES
    silent = set()
    if study.imports and not study.evaluations("cost"):
        silent.add(COST)
    if study.imports and not shown_benchmarks(study):
        silent.add(GALLERY)
    return [page for page in found if page not in silent]


def build_site(study: Study, root: Path, out: Path, claims: Sequence[Claim] = ()) -> None:
    """Write the site of `study` into the folder `out`, from the results folder `root`.

    The site is static, needs no network, and is the same bytes for the same results. Raises ReportError or
    TableError, naming the file and the remedy, when the number records or a table cannot be read.
    """
    book = Book.read(root / NUMBERS)
    pages = pages_of(study, claims)
    templates = environment(study, book, pages)
    contexts = _contexts(study, book, root)
    if claims:
        contexts |= {RESULTS: contexts.pop(INDEX), CLAIMS: _claims(claims, book)}
    for page, context in ((page, contexts[page]) for page in pages):
        html = templates.get_template(page.template).render(page=page, **context)
        write_text(out / page.file, html)
    copy_assets(out / "assets")


def _contexts(study: Study, book: Book, root: Path) -> dict[Page, dict[str, Any]]:
    shown = cases(study, root)
    titles = {name: benchmark_title(study, name) for name in study.benchmarks}
    return {
        INDEX: {"summary": summary(study, book), "table": key_numbers(study, book)},
        LEARNING: {"sections": learning.sections(study, book)},
        PASSK: {"sections": passk.sections(study, book)},
        DIVERSITY: {"sections": diversity.sections(study, book)},
        COST: {"sections": cost.sections(study, book)},
        BAND: {"sections": band.sections(study, book, root)},
        TRAINING: {"sections": training.sections(study, root)},
        GALLERY: {
            "cases": shown,
            "benchmarks": titles,
            "outcomes": list(dict.fromkeys(case.outcome for case in shown)),
        },
        RECORDS: {"records": list(book)},
    }


def _claims(claims: Sequence[Claim], book: Book) -> dict[str, Any]:
    rows = claimed.lines(claims, book)
    return {"rows": rows, "tally": claimed.tally(rows), "styles": dict(claimed.WORDS.values())}


def copy_assets(folder: Path) -> None:
    """Style, scripts, and the plotting library out of the installed plotly package."""
    for asset in sorted(ASSETS.iterdir()):
        _copy(asset, folder / asset.name)
    _copy(_plotly_js(), folder / "plotly.min.js")


def _copy(source: Path, target: Path) -> None:
    with atomic_path(target) as temporary:
        shutil.copyfile(source, temporary)


def _plotly_js() -> Path:
    package = importlib.util.find_spec("plotly")
    if package is None or package.origin is None:
        raise ReportError("the package plotly is not installed; set the environment up again (make setup)")
    return Path(package.origin).parent / "package_data" / "plotly.min.js"
