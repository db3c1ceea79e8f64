"""The pages of the site in the order of the menu, and which of them a study has."""

from collections.abc import Sequence
from dataclasses import replace

from ..config import Study
from ..config.runs import pooled
from .figures import answers, calibration, elsewhere, imported, learning, lineages, retention
from .page import Page
from .transcripts import shown_benchmarks

INDEX = Page("index.html", "Results", "", "index.html.j2")
LEARNING = Page("learning.html", "Learning", "What does training teach of items that it never saw?")
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
    ("cards.js", "columns.js", "unfolded.js", "records.js"),
)
# Data first, then what draws it.
SCRIPTS = ("cards.js", "columns.js", "unfolded.js", "stage.js", "lineage.js", "cardview.js")
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


def pages_of(study: Study, claims: Sequence[object]) -> list[Page]:
    """The pages of a study's site: those that its tables say something on.

    `claims` are those on file or registered.
    """
    shown = [CLAIMS, RESULTS, *PAGES[1:]] if claims else PAGES
    required: dict[Page, object] = {
        LEARNING: [*learning.measured(study), *study.eval_logs()],
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
    return [page for page in shown if page not in required or required[page]]
