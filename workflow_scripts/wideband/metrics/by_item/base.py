"""What a metric of one item gets, and what it says of itself."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...tasks.base import folded
from ..estimate import Interval
from ..laws import among_valid

if TYPE_CHECKING:
    from ...spaces.distribution import Distribution

EXACT, OPENING, SAMPLED, WRITTEN = "loglikelihoods", "next_tokens", "verdicts", "rollouts"
PARTED = "novelty"
Range = Interval | Callable[[int], Interval]


@dataclass(frozen=True)
class Item:
    """One item under one policy, as far as the tables of the evaluation say it.

    Attributes:
        target: the mass that each answer should have, shape (options,); none where answers are not listed.
        logprobs: exact log-probability of each complete answer, nats, shape (options,); None without a table.
        per_prefix: what each answer adds, at its target mass, to the mean over prefixes of KL(target ||
            policy), shape (options,); None without a table.
        counts: how often each answer was sampled, shape (options,); None without a table.
        draws: completions that were sampled, those without a valid answer included.
        around: of every completion the text up to its answer and what follows that; empty without a table.
        sizes: UTF-8 bytes of each answer as a completion writes it, shape (options,).
        right: the place of the right answer; None where none is right.
        distribution: the law over numbers that is asked for, whose canonical values the answers are; None
            where the task gives none.
        numbers: the number of each completion, NaN where it is none, shape (draws,); None without a table.
        texts: of a task whose answers are texts the answer of each completion, None where there is none.
        classes: of each completion the class of its answer by a model, from 0, and None where it has none.
        points: what the reward model gives the first member of each class, in their order, from 1 to 10.
        first_tokens: how few tokens hold 90 % of the mass of how answers begin; None without a table.
        passage, tokens: of a task that gives passages the text, and how many tokens it was.
        orders: the laws of items of the same space that ask the same in another order of the options, each
            among valid answers and in this item's order of options.
        wordings: likewise of items that show the same order in other words.
    """

    target: np.ndarray
    logprobs: np.ndarray | None = None
    per_prefix: np.ndarray | None = None
    counts: np.ndarray | None = None
    draws: int = 0
    around: tuple[tuple[str, str], ...] = ()
    sizes: np.ndarray | None = None
    right: int | None = None
    distribution: "Distribution | None" = None
    numbers: np.ndarray | None = None
    texts: tuple[str | None, ...] = ()
    classes: tuple[int | None, ...] = ()
    points: tuple[float, ...] = ()
    first_tokens: int | None = None
    passage: str = ""
    tokens: int = 0
    orders: tuple[np.ndarray, ...] = ()
    wordings: tuple[np.ndarray, ...] = ()

    @cached_property
    def law(self) -> np.ndarray:
        """The exact law among valid answers, shape (options,)."""
        return among_valid(self.logprobs)

    @cached_property
    def answer_counts(self) -> Counter[str]:
        """How often each text was given, letter case and punctuation around it aside."""
        return Counter(folded(text) for text in self.texts if text)

    @cached_property
    def values(self) -> np.ndarray:
        """The canonical values as numbers, shape (options,)."""
        return np.array(self.distribution.values, dtype=float)

    @cached_property
    def drawn(self) -> np.ndarray:
        """The valid numbers, in the order of the completions."""
        return self.numbers[self.distribution.valid(self.numbers)]


@dataclass(frozen=True)
class Metric:
    """A metric of one item.

    Attributes:
        function: its value; NaN where the item cannot give it.
        unit: of the value.
        needs: what the task must give (see `wideband.tasks`).
        unless: what the task must not give, since other metrics say more of it.
        reads: the tables it needs of EXACT, OPENING, SAMPLED, WRITTEN and PARTED; n is the number of options,
            of draws if it reads SAMPLED or WRITTEN, or one law of a first token.
        within: the least and greatest value, which may depend on n; None where it has no end.
    """

    function: Callable[[Item], float]
    unit: str
    needs: frozenset[str]
    reads: tuple[str, ...]
    within: Range | None
    unless: frozenset[str] = frozenset()

    def __call__(self, item: Item) -> float:
        """The value of an item."""
        return float(self.function(item))

    def n(self, item: Item) -> int:
        """What its value rests on: draws, options of an exact law, or the one law of a first token."""
        if {SAMPLED, WRITTEN} & set(self.reads):
            return item.draws
        return 1 if OPENING in self.reads else len(item.target)

    def range(self, n: int) -> Interval | None:
        """The least and greatest value over n draws or options."""
        return self.within(n) if callable(self.within) else self.within


def metric(
    unit: str,
    needs: Iterable[str],
    reads: Iterable[str],
    within: Range | None,
    unless: Iterable[str] = (),
) -> Callable[[Callable[[Item], float]], Metric]:
    """Decorator that makes a metric of a function."""
    settings = unit, frozenset(needs), tuple(reads), within, frozenset(unless)
    return lambda function: Metric(function, *settings)
