"""Grading pairs of answer and gold: fast path, cache, workers, in that order."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import product
from types import TracebackType
from typing import Literal, Self

from .altering import is_verbatim
from .characters import has_cjk
from .closed import apart, assigned, compared, immense, misnamed, unreadable
from .differences import (
    count_others,
    counts_otherwise,
    is_misspelt,
    is_point_against_set,
    is_unlike_ratio,
    is_written,
)
from .equations import contradicts, held
from .errors import GradingError
from .normalise import LONGEST, readings
from .numerals import differ
from .pool import WorkerPool

Status = Literal[
    *("exact", "verified", "no_answer", "unparsed", "undecided", "no_gold"),
    *("passed", "failed", "crashed", "timed_out"),
]


@dataclass(frozen=True)
class Outcome:
    """The verdict of one pair.

    Attributes:
        correct: None where there is no right answer to compare with. False also where no verdict was reached:
            what cannot be decided counts as wrong, as an answer that cannot be read does. Only `status` tells
            the two apart.
        status: `exact` decided by normalised strings, plain numbers, values far apart or kinds that cannot be
            equal; `verified` by math-verify; `no_answer` there was none (wrong); `unparsed` math-verify finds
            no mathematics in it and compares strings; `undecided` the comparison exceeded its limit or took
            its worker down twice, or its sandbox did not start (wrong, and counted wherever verdicts are);
            `no_gold` nothing is right. Of what tests decide: `passed`; `failed` a test says no; `crashed` the
            program raised something or died; `timed_out` it exceeded its limit (wrong, all three).
    """

    correct: bool | None
    status: Status


NO_ANSWER, UNPARSED = Outcome(False, "no_answer"), Outcome(False, "unparsed")
RIGHT, WRONG, UNDECIDED = Outcome(True, "exact"), Outcome(False, "exact"), Outcome(False, "undecided")

Pair = tuple[str, str]


def fast(answer: str, gold: str) -> Outcome | None:
    """The verdict of two normalised texts where it needs no algebra, else None."""
    if answer == gold:
        return RIGHT
    if differ(answer, gold):
        return WRONG
    if len(answer) > LONGEST or unreadable(answer, gold) or _is_told_in_words(answer, gold):
        return UNPARSED
    if contradicts(answer) or counts_otherwise(answer, gold) or is_point_against_set(answer, gold):
        return WRONG
    if is_unlike_ratio(answer, gold) or is_misspelt(answer, gold):
        return WRONG
    same = compared(held(answer), held(gold))
    if same is not None:
        return RIGHT if same else WRONG
    if misnamed(answer, gold) or apart(answer, gold):
        return WRONG
    if immense(answer) or immense(gold):
        return UNDECIDED
    return RIGHT if assigned(answer, gold) else None


def _is_told_in_words(*texts: str) -> bool:
    """Whether one of two texts has words among which math-verify would read a number alone."""
    return any(is_verbatim(text) or is_written(text) or has_cjk(text) for text in texts)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """The verdict of a pair from those of its readings, the likeliest first: right where one is."""
    right = [outcome for outcome in outcomes if outcome.correct]
    undecided = [outcome for outcome in outcomes if outcome.status == "undecided"]
    return [*right, *undecided, *outcomes][0]


class Grader:
    """Grades pairs, remembering every verdict; a context manager that ends its workers on the way out."""

    def __init__(self, timeout_s: float = 5.0, workers: int = 2, fast_path: bool = True) -> None:
        """No process starts before a pair needs math-verify; without `fast_path` every pair does."""
        self.fast_path = fast_path
        self.timeout_s, self.workers = timeout_s, workers
        # Verdicts by tests of their own: by task, answer and what its item asks for.
        self.examined: dict[tuple[Hashable, ...], Outcome] = {}
        self._pool = WorkerPool(workers, timeout_s)
        self._known: dict[Pair, Outcome] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers."""
        self._pool.close()

    def grade(self, pairs: Sequence[tuple[str | None, str]]) -> list[Outcome]:
        """Outcomes of (answer, gold) pairs, in their order. Raises GradingError for an empty gold."""
        pairs_of = [self._pairs(answer, gold) for answer, gold in pairs]
        self._learn(dict.fromkeys(pair for several in pairs_of for pair in several))
        outcomes = [
            together([self._known[pair] for pair in several]) if several else NO_ANSWER
            for several in pairs_of
        ]
        return [
            WRONG if outcome.correct and count_others(answer or "", gold) else outcome
            for outcome, (answer, gold) in zip(outcomes, pairs, strict=True)
        ]

    def _pairs(self, answer: str | None, gold: str) -> list[Pair]:
        """Every reading of the answer beside every one of the gold; none where there is no answer."""
        expected = [reading for reading in readings(gold) if reading]
        if not expected:
            raise GradingError(f"the gold answer {gold!r} is empty: correct or exclude its problem")
        return [pair for pair in product(readings(answer or ""), expected) if pair[0]]

    def _learn(self, pairs: dict[Pair, None]) -> None:
        hard = []
        for pair in (pair for pair in pairs if pair not in self._known):
            outcome = fast(*pair) if self.fast_path else None
            if outcome is None:
                hard.append(pair)
            else:
                self._known[pair] = outcome
        for pair, (status, correct) in zip(hard, self._pool.run(hard), strict=True):
            self._known[pair] = Outcome(correct, status)
