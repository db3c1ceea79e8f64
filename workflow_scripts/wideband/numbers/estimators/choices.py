"""Answers out of a set of options, against the uniform law over them. Last table: problems, with options."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ...lists import listed
from ...metrics import laws, sampled_laws
from ...metrics.estimate import Estimate
from ...metrics.imported_names import SAMPLED
from ...metrics.intervals import wilson
from ...metrics.per_problem import column
from ...metrics.reported import distinct_answers
from ..registry import estimator
from .values import Items, chosen

Frames = Sequence[pd.DataFrame]


def _options(problems: pd.DataFrame) -> dict[str, list[str]]:
    rows = zip(problems["uid"], problems["options"], strict=True)
    return {uid: listed(options) for uid, options in rows if listed(options)}


def _uniform(options: int) -> np.ndarray:
    return np.full(options, 1 / options)


def _mean(values: list[float]) -> Estimate:
    """Mean over items; these are chosen, not drawn, and what each has is exact: no interval."""
    return Estimate(float(np.mean(values)) if values else math.nan, None, len(values))


@estimator("choices.floor", unit="TV", source="E[TV] of n uniform draws; Diaconis and Zabell 1991")
def floor(frames: Frames, n: int, items: Items) -> Estimate:
    """Table: problems. What a perfect sampler gets with n draws an item."""
    found = {
        uid: len(options) for uid, options in _options(frames[0]).items() if items is None or uid in items
    }
    return _mean([sampled_laws.floor(_uniform(options), n) for options in found.values()])


def _per_item(frames: Frames, items: Items) -> list[tuple[float, int, int]]:
    """(sampled TV, its draws, options) of every item that has all three."""
    table, options = frames[0], _options(frames[1])
    n = column(table, SAMPLED, "n")
    found = chosen(table, SAMPLED, items)
    return [(value, int(n[uid]), len(options[uid])) for uid, value in found.items() if uid in options]


@estimator("choices.sampled_floor", unit="TV", source="E[TV] of as many uniform draws as were made")
def sampled_floor(frames: Frames, items: Items) -> Estimate:
    """Tables: metrics, problems. What a perfect sampler gets with as many valid answers."""
    return _mean([sampled_laws.floor(_uniform(options), n) for _, n, options in _per_item(frames, items)])


@estimator("choices.excess", unit="TV", source="sampled TV − E[TV] of a uniform sampler at the same n")
def excess(frames: Frames, items: Items) -> Estimate:
    """Tables: metrics, problems. Near 0 for a perfect sampler."""
    found = _per_item(frames, items)
    return _mean([value - sampled_laws.floor(_uniform(options), n) for value, n, options in found])


@estimator("choices.distinct", unit="answers", source="the only count of answers that fits TV and n")
def distinct(frames: Frames, items: Items) -> Estimate:
    """Tables: metrics, problems. Mean over items; undefined where for one of them several counts fit."""
    return _mean([distinct_answers(*answers) for answers in _per_item(frames, items)])


# Of counts by option: unit and function.
MEASURES: dict[str, tuple[str, Callable[[np.ndarray], float]]] = {
    "sampled_variation": ("TV", lambda counts: sampled_laws.sampled_variation(counts, _uniform(len(counts)))),
    "variation_floor": ("TV", lambda counts: sampled_laws.floor(_uniform(len(counts)), int(counts.sum()))),
    "excess_variation": ("TV", lambda counts: sampled_laws.excess_variation(counts, _uniform(len(counts)))),
    "chi_square": ("chi-square", lambda counts: sampled_laws.chi_square(counts, _uniform(len(counts)))[0]),
    "answers_entropy": ("nats", lambda counts: laws.entropy(counts / counts.sum())),
    "answers_effective": ("answers", lambda counts: laws.effective_number(counts / counts.sum())),
    "distinct_answers": ("answers", lambda counts: float((counts > 0).sum())),
}


def _measure_unit(args: dict[str, object]) -> str:
    return MEASURES[str(args["what"])][0]


def _counts(frames: Frames) -> list[pd.Series]:
    """Counts by option of every item, 0 for those that were never given; answers that are none left out."""
    answers, options = frames
    by_uid = {uid: rows.set_index("answer")["count"] for uid, rows in answers.groupby("uid")}
    return [
        by_uid[uid].reindex(listed, fill_value=0)
        for uid, listed in _options(options).items()
        if uid in by_uid
    ]


@estimator("choices.measure", unit=_measure_unit, source="wideband.metrics.laws and sampled_laws")
def measure(frames: Frames, what: str) -> Estimate:
    """Tables: answers, problems. Exact for the answers counted; n is how many of them are valid."""
    counts = [series.to_numpy() for series in _counts(frames)]
    values = [MEASURES[what][1](count) if count.sum() else math.nan for count in counts]
    return Estimate(_mean(values).value, None, int(sum(count.sum() for count in counts)))


@estimator("choices.share", unit="fraction", source="Wilson 1927; answers of these options / valid answers")
def share(frames: Frames, options: Items, confidence: float) -> Estimate:
    """Tables: answers, problems. Of the option given most often where `options` is None."""
    counts = pd.concat(_counts(frames))
    n = int(counts.sum())
    wanted = counts[counts.index.isin(options)] if options is not None else counts.nlargest(1)
    times_given = int(wanted.sum())
    return Estimate(times_given / n if n else math.nan, wilson(times_given, n, confidence), n)


@estimator("choices.valid", unit="fraction", source="Wilson 1927; answers that are an option / answers")
def valid(frames: Frames, confidence: float) -> Estimate:
    """Tables: answers, problems."""
    times_given, n = int(pd.concat(_counts(frames)).sum()), int(frames[0]["count"].sum())
    return Estimate(times_given / n if n else math.nan, wilson(times_given, n, confidence), n)


@estimator("choices.never", unit="options", source="options that no answer was")
def never(frames: Frames, options: Items) -> Estimate:
    """Tables: answers, problems. Of `options`, or of all where it is None; n counts these."""
    counts = pd.concat(_counts(frames))
    wanted = counts if options is None else counts[counts.index.isin(options)]
    return Estimate(float((wanted == 0).sum()), None, len(wanted))
