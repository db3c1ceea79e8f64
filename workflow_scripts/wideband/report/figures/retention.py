"""The page Retention: what a policy that was trained on something else can still do."""

from ... import tasks
from ...config import Study
from ..book import Book
from ..names import benchmark_title
from . import answers
from .ends import ACCURACY, READING, changes, ends
from .layout import Section

SHOWN = (
    "loglikelihood_accuracy",
    "loglikelihood_accuracy_by_length",
    "byte_perplexity",
    "token_perplexity",
    "run_on_rate",
)
CAPTION = (
    "Benchmarks that nothing was trained for. Accuracy is that of the sampled answers; by loglikelihood, the "
    "answer is the likeliest option, or the likeliest for its length. Perplexity is of passages that are "
    "only read: lower is better."
)


def benchmarks(study: Study) -> list[str]:
    """Passages, and benchmarks with right answers where no stage trains on right answers."""
    trained = {stage for arm in study.trained() for stage in study.own_stages(arm)}
    taught = {study.task_of(study.stages[stage].slice or study.band.pool) for stage in trained}
    if not taught:
        return []
    wanted = {"passage"} if any("gold" in tasks.load(task).GIVES for task in taught) else {"passage", "gold"}
    return [name for name in study.benchmarks if wanted & study.gives(name)]


def sections(study: Study, book: Book) -> list[Section]:
    """One section for every such benchmark."""
    names, found = benchmarks(study), []
    for name in names:
        metrics = _metrics(study, name)
        figures = [ends(study, book, name, metric) for metric in metrics]
        caption = f"{CAPTION} {READING}" if name == names[0] else READING
        shown, grid = [figure for figure in figures if figure], changes(study, book, name, metrics)
        found.append(Section(f"{name}-retained", benchmark_title(study, name), caption, shown, grid=grid))
    return found


def _metrics(study: Study, name: str) -> list[str]:
    measured = answers.metrics(study, name)
    solved = [ACCURACY] if "gold" in study.gives(name) else []
    return [*solved, *(metric for metric in SHOWN if metric in measured)]
