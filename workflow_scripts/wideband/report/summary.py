"""The plain-language summary of what was compared and what came out, from records and settings only."""

from dataclasses import dataclass

from ..config import Study
from ..config.runs import runs_of
from . import ids
from .book import Book, Ends
from .names import Comparison, benchmark_title, comparisons, ordered_arms, trained_arms


@dataclass(frozen=True)
class Finding:
    """Two compared arms on one benchmark, as ids of records, and which way the interval points.

    `undecided` are the counts of rollouts without a verdict, by arm, where there are any.
    """

    title: str
    first: str
    second: str
    difference: str
    p_value: str
    p_adjusted: str
    verdict: str
    undecided: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """A comparison, and a finding for each benchmark."""

    both: Comparison
    findings: list[Finding]


@dataclass(frozen=True)
class Summary:
    """What came out of every comparison; `both`: the only one, of two different scaffolds.

    `titles`: the benchmarks that have findings. `chains`: the stages that lead to the last checkpoint of
    trained arms, with the arms that share them. `runs`: the arms that were trained several times, and the
    settings that hold the seeds of each.
    """

    both: Comparison | None
    outcomes: list[Outcome]
    titles: list[str]
    chains: list[tuple[list[str], list[str]]]
    controls: list[str]
    runs: dict[str, list[str]]


def summary(study: Study, book: Book) -> Summary:
    """The summary of a study; benchmarks without a recorded difference are left out."""
    trained = trained_arms(study) if study.stages else []
    controls = [arm for arm in ordered_arms(study) if arm not in trained]
    pairs = comparisons(study)
    outcomes = [Outcome(both, _findings(study, book, both)) for both in pairs]
    scaffolds = {study.arms[arm].scaffold for both in pairs for arm in both.pair}
    both = pairs[0] if len(pairs) == 1 and len(scaffolds) == 2 else None
    titles = list(dict.fromkeys(finding.title for outcome in outcomes for finding in outcome.findings))
    found = [outcome for outcome in outcomes if outcome.findings]
    runs = {
        arm: [f"arms.{run}.run.seed" for run in runs_of(study, arm)]
        for arm in ordered_arms(study)
        if study.arms[arm].seeds
    }
    return Summary(both, found, titles, _chains(study, trained), controls, runs)


def _findings(study: Study, book: Book, both: Comparison) -> list[Finding]:
    found = [_finding(study, book, name, both) for name in study.benchmarks]
    return [outcome for outcome in found if book.value(outcome.difference) is not None]


def _chains(study: Study, trained: list[str]) -> list[tuple[list[str], list[str]]]:
    """(stages, arms) of every lineage; how the authors of imported results trained is what the study says."""
    found: dict[tuple[str, ...], list[str]] = {}
    for arm in trained:
        stages = study.stages if study.imported(arm) else study.checkpoints(arm)[1:]
        found.setdefault(tuple(stages), []).append(arm)
    return [(list(stages), arms) for stages, arms in found.items()]


def _finding(study: Study, book: Book, benchmark: str, both: Comparison) -> Finding:
    gap = ids.difference("pass@1", benchmark, both.pair, both.checkpoint)
    first, second = (
        ids.cell("pass@1", benchmark, arm, at) for arm, at in zip(both.pair, both.at, strict=True)
    )
    p_value, adjusted = ids.p_raw(gap), ids.p_holm(gap)
    verdict = verdict_of(
        book.interval(gap), book.value(adjusted), 1 - study.statistics.confidence, both.titles
    )
    counts = {arm: ids.undecided(benchmark, arm, at) for arm, at in zip(both.pair, both.at, strict=True)}
    undecided = {arm: identity for arm, identity in counts.items() if book.value(identity)}
    return Finding(
        benchmark_title(study, benchmark), first, second, gap, p_value, adjusted, verdict, undecided
    )


def verdict_of(interval: Ends | None, p_value: float | None, level: float, pair: ids.Pair) -> str:
    """Ahead only when the paired interval leaves out zero and the test survives correction for many tests."""
    if interval is None:
        return "no interval is defined"
    low, high = interval
    if low <= 0 <= high:
        return "the two cannot be told apart"
    ahead = pair[0] if low > 0 else pair[1]
    if p_value is None:
        return f"{ahead} leads, but no test of it is defined"
    if p_value > level:
        return f"{ahead} leads, but not significantly after adjustment for the number of tests"
    return f"{ahead} is ahead"
