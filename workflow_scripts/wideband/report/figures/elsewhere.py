"""The page Transfer: what training changed where no answer is trained for, in texts and written questions."""

from ...config import Study
from ...numbers.plan_answers import several
from ..book import Book
from ..names import benchmark_title
from . import answers
from .ends import READING, changes, ends
from .layout import Section

# Of texts, of classes of texts, and of the letter that a written question marks right.
SHOWN = (
    "first_tokens",
    "unique_answers",
    "top_answer_share",
    "distinct_by_words",
    "utility_by_words",
    "distinct_by_classifier",
    "utility_by_reward_model",
    "sampled_variation",
    "variation_floor",
    "sampled_valid",
)
BY_KIND = ("first_tokens", "unique_answers")
CAPTIONS = {
    "text": "An answer is the whole text, without regard to letter case, blanks and punctuation around it. "
    "First tokens are exact: how few hold nine tenths of the probability of how an answer begins.",
    "law": "The letters that written questions mark as right, against the uniform law. The distance is over "
    "the valid questions alone: read it beside its floor, which a perfect sampler would have at as many of "
    "them, and beside how many are valid.",
}


def benchmarks(study: Study) -> list[str]:
    """The benchmarks with open prompts, or with requests to write a question, that have such metrics."""
    return [name for name in study.benchmarks if _kind(study, name) and _metrics(study, name)]


def sections(study: Study, book: Book) -> list[Section]:
    """One section for every such benchmark, and one for its kinds of prompts where it names several."""
    found = []
    for name in benchmarks(study):
        metrics, title = _metrics(study, name), benchmark_title(study, name)
        figures = [ends(study, book, name, metric) for metric in metrics]
        caption = f"{CAPTIONS[_kind(study, name)]} {READING}"
        grid = changes(study, book, name, metrics)
        found.append(
            Section(f"{name}-ends", title, caption, [figure for figure in figures if figure], grid=grid)
        )
        kinds = [answers.by_space(study, book, name, metric) for metric in BY_KIND if several(study, name)]
        if any(kinds):
            shown = [figure for figure in kinds if figure]
            found.append(Section(f"{name}-kinds", f"{title}, kind by kind", READING, shown))
    return found


def _kind(study: Study, name: str) -> str | None:
    """What of its task puts a benchmark on this page."""
    gives = study.gives(name)
    if "text" in gives:
        return "text"
    return "law" if "law" in gives and not study.listed(name) else None


def _metrics(study: Study, name: str) -> list[str]:
    measured = answers.metrics(study, name)
    return [metric for metric in SHOWN if metric in measured]
