"""What training changed of the answers, in words for the first page: nothing stronger than its interval."""

from dataclasses import dataclass

from ..config import Study
from ..numbers.plan_answers import several
from . import ids
from .book import Book
from .figures.transfer import Training, trainings
from .names import benchmark_title, space_title

MEASURE, STATED, VALID = "total_variation", "wasserstein_by_range", "valid_mass"
WORDS = {MEASURE: "total variation", STATED: "Wasserstein distance to the stated law"}
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
    """Distance to the target and validity on a space that was trained on, or over all families.

    `phrase` says where, and which distance.
    """

    phrase: str
    variation: Change
    valid: Change


@dataclass(frozen=True)
class Changes:
    """What the training of an arm changed on a benchmark.

    `held_out`: by word the spaces that were not trained on, of stated distributions all families; `opening`
    and `measure` are how the first sentence about these begins, and the others.
    """

    title: str
    arm: str
    trained: list[Trained]
    held_out: dict[str, list[str]]
    opening: str
    measure: str


def changes(study: Study, book: Book) -> list[Changes]:
    """Of every benchmark and trained arm that has records of several answer spaces, or families."""
    found = []
    for name in study.benchmarks:
        stated = "distribution" in study.gives(name)
        measure = STATED if stated else MEASURE
        for training in trainings(study):
            spaces = [space for space in several(study, name) if _known(book, training, measure, name, space)]
            if spaces:
                found.append((_stated if stated else _of)(study, book, name, training, spaces))
    return found


def word_of(book: Book, gain: str) -> str:
    """Fell or rose only where the interval of the gain leaves out zero."""
    ends = book.interval(gain)
    if ends is None or ends[0] <= 0 <= ends[1]:
        return UNDECIDED
    return ROSE if ends[0] > 0 else FELL


def _known(book: Book, training: Training, measure: str, benchmark: str, space: str) -> bool:
    return all(book.value(training.gain(metric, benchmark, space)) is not None for metric in (measure, VALID))


def _of(study: Study, book: Book, benchmark: str, training: Training, spaces: list[str]) -> Changes:
    trained = [
        Trained(
            f"On {space_title(space)}, which it trained on, {WORDS[MEASURE]}",
            *(_change(book, training, metric, benchmark, space) for metric in (MEASURE, VALID)),
        )
        for space in spaces
        if space in training.spaces
    ]
    others = [space for space in spaces if space not in training.spaces]
    words = _by_word(book, training, MEASURE, benchmark, others)
    title = benchmark_title(study, benchmark)
    return Changes(title, training.arm, trained, words, f"Held out: {WORDS[MEASURE]}", WORDS[MEASURE])


def _stated(study: Study, book: Book, benchmark: str, training: Training, spaces: list[str]) -> Changes:
    """Of numbers from stated distributions: over all families, then in which of them."""
    both = (_change(book, training, metric, benchmark) for metric in (STATED, VALID))
    phrase = f"Over all families the {WORDS[STATED]}, as a part of that law's range,"
    change_words = _by_word(book, training, STATED, benchmark, spaces)
    title, words = benchmark_title(study, benchmark), f"the {WORDS[STATED]}"
    return Changes(title, training.arm, [Trained(phrase, *both)], change_words, f"By family: {words}", words)


def _by_word(
    book: Book, training: Training, metric: str, benchmark: str, spaces: list[str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {FELL: [], ROSE: [], UNDECIDED: []}
    for space in spaces:
        found[word_of(book, training.gain(metric, benchmark, space))].append(space_title(space))
    return {word: names for word, names in found.items() if names}


def _change(book: Book, training: Training, metric: str, benchmark: str, space: str = "") -> Change:
    before, after = (ids.cell(metric, benchmark, training.arm, at, space) for at in ("base", training.end))
    gain = training.gain(metric, benchmark, space)
    return Change(before, after, gain, word_of(book, gain))
