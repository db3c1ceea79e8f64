"""What training changed of the answers, in words for the first page: nothing stronger than its interval."""

from dataclasses import dataclass

from ..config import Study
from ..numbers.plan_answers import several
from . import ids
from .book import Book
from .figures.transfer import Training, trainings
from .names import benchmark_title, spaced

MEASURE, VALID = "total_variation", "valid_mass"
FELL, ROSE, UNDECIDED = "fell", "rose", "did not change beyond the interval"


@dataclass(frozen=True)
class Change:
    """A measure of one space before and after training, as ids of records, and what its interval allows."""

    before: str
    after: str
    gain: str
    word: str


@dataclass(frozen=True)
class Trained:
    """Total variation and validity on a space that was trained on."""

    space: str
    variation: Change
    valid: Change


@dataclass(frozen=True)
class Changes:
    """What the training of an arm changed on a benchmark; `held_out`: the other spaces by word."""

    title: str
    arm: str
    trained: list[Trained]
    held_out: dict[str, list[str]]


def changes(study: Study, book: Book) -> list[Changes]:
    """Of every benchmark and trained arm that has records of several answer spaces."""
    found = []
    for name in study.benchmarks:
        for each in trainings(study):
            spaces = [space for space in several(study, name) if _known(book, each, name, space)]
            if spaces:
                found.append(_of(study, book, name, each, spaces))
    return found


def word_of(book: Book, gain: str) -> str:
    """Fell or rose only where the interval of the gain leaves out zero."""
    ends = book.interval(gain)
    if ends is None or ends[0] <= 0 <= ends[1]:
        return UNDECIDED
    return ROSE if ends[0] > 0 else FELL


def _known(book: Book, training: Training, benchmark: str, space: str) -> bool:
    return all(book.value(training.gain(metric, benchmark, space)) is not None for metric in (MEASURE, VALID))


def _of(study: Study, book: Book, benchmark: str, training: Training, spaces: list[str]) -> Changes:
    trained = [
        Trained(
            spaced(space), *(_change(book, training, metric, benchmark, space) for metric in (MEASURE, VALID))
        )
        for space in spaces
        if space in training.spaces
    ]
    held_out: dict[str, list[str]] = {FELL: [], ROSE: [], UNDECIDED: []}
    for space in spaces:
        if space not in training.spaces:
            held_out[word_of(book, training.gain(MEASURE, benchmark, space))].append(spaced(space))
    told = {word: names for word, names in held_out.items() if names}
    return Changes(benchmark_title(study, benchmark), training.arm, trained, told)


def _change(book: Book, training: Training, metric: str, benchmark: str, space: str) -> Change:
    before, after = (ids.cell(metric, benchmark, training.arm, at, space) for at in ("base", training.end))
    gain = training.gain(metric, benchmark, space)
    return Change(before, after, gain, word_of(book, gain))
