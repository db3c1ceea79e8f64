"""The main effects of a study as ids of records: what training changed, and what compared arms differ in.

An effect points somewhere only where its interval leaves out no effect, and where it was tested together with
others, only where the adjusted test agrees.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ..config import Study
from . import ids
from .book import Book, Ends
from .formats import unit
from .names import Comparison, benchmark_title, comparisons, final, ordered_arms, plain_title, synthetic


@dataclass(frozen=True)
class Kind:
    """What an effect is a change or a difference of; `even` is no effect: 0, of ratios 1."""

    measure: str
    form: str
    level: str
    even: float = 0.0
    unit: str | None = None


# Learning, what it did to diversity, transfer, then what arms differ in: accuracy, diversity, cost.
LEARNING, NARROWING = "learning", "narrowing"
NEARER, DIVERGENCE, STATED, VALID = "nearer", "divergence", "stated", "valid"
ACCURACY, DIVERSITY, COST = "accuracy", "diversity", "cost"
KINDS = {
    LEARNING: Kind("accuracy", "+.1pp", ".1%"),
    NARROWING: Kind("mean pairwise cosine distance", "+.1f", ".3f", unit="% of the base"),
    NEARER: Kind("total variation to the target law", "+.3f", ".3f"),
    DIVERGENCE: Kind("KL divergence from the stated law, in nats", "+.2f", ".2f"),
    STATED: Kind("Wasserstein distance to the stated law", "+.3f", ".3f"),
    VALID: Kind("the mass of valid answers", "+.3f", ".3f"),
    ACCURACY: Kind("accuracy", "+.1pp", ".1%"),
    DIVERSITY: Kind("mean pairwise cosine distance", "+.3f", ".3f"),
    COST: Kind("tokens per correct answer", ".2f", ",.0f", even=1.0),
}
COSINE = "cosine_distance"
TRAINED = {
    NEARER: "total_variation",
    DIVERGENCE: "kl_divergence",
    STATED: "wasserstein_by_range",
    VALID: "valid_mass",
}
# What is told of laws that are stated in the prompt alone, and what of lists of answers alone.
OF_STATED, OF_LISTS = (DIVERGENCE, STATED), (NEARER,)


@dataclass(frozen=True)
class Effect:
    """An effect on one benchmark.

    Attributes:
        kind: a key of KINDS.
        both: the two compared arms; None for what training changed of one.
        arm: the trained arm, or the first of the compared.
        number: the record of the change, the difference or the ratio.
        before, after: those of what it is between: base and end, or first and second arm.
        points: 1 up, -1 down, 0 where that cannot be told.
        leans: where the interval alone points.
        p_adjusted: the record of the adjusted p; None where nothing was tested.
        undecided: counts of rollouts without a verdict, by arm, where there are any.
    """

    kind: str
    both: Comparison | None
    arm: str
    benchmark: str
    title: str
    units: str
    number: str
    before: str
    after: str
    points: int
    leans: int
    strength: float
    p_adjusted: str | None
    undecided: dict[str, str]

    @property
    def form(self) -> str:
        """How the effect is printed."""
        return KINDS[self.kind].form

    @property
    def unit(self) -> str:
        """What stands right after it; empty where the number says it all."""
        return KINDS[self.kind].unit or unit(self.form)

    @property
    def level(self) -> str:
        """How the two values are printed that it is between."""
        return KINDS[self.kind].level


def effects(study: Study, book: Book) -> list[Effect]:
    """Every main effect that has a record with an interval, kind by kind. `study` is a pooled one."""
    found = [*_changes(study, book), *_differences(study, book)]
    return sorted(found, key=lambda effect: list(KINDS).index(effect.kind))


def leaning(ends: Ends, even: float = 0.0) -> int:
    """Where an interval points: 1 above `even`, -1 below, 0 where it holds it."""
    return int(ends[0] > even) - int(ends[1] < even)


def _changes(study: Study, book: Book) -> Iterator[Effect]:
    arms = [arm for arm in ordered_arms(study) if final(study, arm) != "base"]
    for arm in arms:
        end = final(study, arm)
        for name in study.benchmarks:
            levels = [ids.cell("pass@1", name, arm, at) for at in ("base", end)]
            yield from _effect(
                study, book, LEARNING, name, (arm, None), ids.gain(name, arm, end, "base"), levels
            )
            given = study.gives(name)
            # Of answers out of a list their probabilities tell more than their wording.
            if "options" not in given:
                levels = [ids.cell(COSINE, name, arm, at) for at in ("base", end)]
                change = ids.cell(f"{COSINE}.change", name, arm, f"{end}-base")
                tested = ids.p_holm(change) if ids.p_holm(change) in book else None
                yield from _effect(
                    study, book, NARROWING, name, (arm, None), f"{change}.means", levels, tested
                )
            untold = OF_LISTS if "distribution" in given else OF_STATED
            # A question with a right answer has options that nobody is asked to spread over.
            untold = tuple(TRAINED) if "gold" in given else untold
            for kind, metric in TRAINED.items():
                if kind in untold:
                    continue
                levels = [ids.cell(metric, name, arm, at) for at in ("base", end)]
                gain = ids.cell(f"{metric}.gain", name, arm, f"{end}-base")
                yield from _effect(study, book, kind, name, (arm, None), gain, levels)


def _differences(study: Study, book: Book) -> Iterator[Effect]:
    for both in comparisons(study):
        sides = list(zip(both.pair, both.at, strict=True))
        for name in study.benchmarks:
            worded = () if "options" in study.gives(name) else ((DIVERSITY, COSINE),)
            for kind, metric in ((ACCURACY, "pass@1"), *worded):
                levels = [ids.cell(metric, name, *side) for side in sides]
                gap = ids.difference(metric, name, both.pair, both.checkpoint)
                yield from _effect(study, book, kind, name, (both.first, both), gap, levels, ids.p_holm(gap))
            levels = [ids.cell("tokens_per_correct", name, *side) for side in sides]
            ratio = ids.paired("tokens_per_correct.ratio", name, both.pair, both.checkpoint)
            yield from _effect(study, book, COST, name, (both.first, both), ratio, levels)


def _effect(
    study: Study,
    book: Book,
    kind: str,
    benchmark: str,
    whose: tuple[str, Comparison | None],
    number: str,
    levels: list[str],
    adjusted: str | None = None,
) -> Iterator[Effect]:
    value, ends, (arm, both) = book.value(number), book.interval(number), whose
    if value is None or ends is None:
        return
    leans = leaning(ends, KINDS[kind].even)
    yield Effect(
        kind=kind,
        both=both,
        arm=arm,
        benchmark=benchmark,
        title=_title(study, benchmark),
        units="problems" if "gold" in study.gives(benchmark) else "items",
        number=number,
        before=levels[0],
        after=levels[1],
        points=leans if adjusted is None or _survives(study, book, adjusted) else 0,
        leans=leans,
        strength=_strength(value, ends, KINDS[kind].even),
        p_adjusted=adjusted,
        undecided=_undecided(book, kind, benchmark, both),
    )


def _title(study: Study, benchmark: str) -> str:
    """The title in a sentence; where all problems are synthetic, the heading says so once."""
    if all(synthetic(study, name) for name in study.benchmarks):
        return plain_title(study, benchmark)
    return benchmark_title(study, benchmark)


def _survives(study: Study, book: Book, adjusted: str) -> bool:
    p_value = book.value(adjusted)
    return p_value is not None and p_value <= 1 - study.statistics.confidence


def _strength(value: float, ends: Ends, even: float) -> float:
    """How many half widths of its interval an effect is away from none; of ratios on a logarithmic scale."""
    away, low, high = value - even, *ends
    if even and min(value, low) > 0:
        away, low, high = math.log(value), math.log(low), math.log(high)
    half = (high - low) / 2
    return abs(away) / half if half else math.inf if away else 0.0


def _undecided(book: Book, kind: str, benchmark: str, both: Comparison | None) -> dict[str, str]:
    if kind != ACCURACY or both is None:
        return {}
    sides = zip(both.pair, both.at, strict=True)
    counts = {arm: ids.undecided(benchmark, arm, at) for arm, at in sides}
    return {arm: identity for arm, identity in counts.items() if book.value(identity)}
