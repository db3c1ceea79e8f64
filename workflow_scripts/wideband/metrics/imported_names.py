"""Metrics of imported tables that numbers know more about: their unit, and what one item can have.

A study may import values under any other name; then their unit is "as imported", and no range is known.
"""

from .estimate import Interval

SAMPLED, PERCENT = "sampled_variation", "percent_correct"
UNITS = {
    SAMPLED: "TV",
    "total_variation": "TV",
    PERCENT: "%",
    "signatures": "signatures",
    "signatures_to_answer": "signatures",
    "arithmetics": "workings",
    "distinct_texts": "texts",
    "n_correct": "rollouts",
    "run_on": "fraction",
}
RANGES: dict[str, Interval] = {
    SAMPLED: (0.0, 1.0),
    "total_variation": (0.0, 1.0),
    "run_on": (0.0, 1.0),
    PERCENT: (0.0, 100.0),
}
# From one in all to all of an item's n rollouts being another one.
DISTINCT = ("signatures", "signatures_to_answer", "arithmetics", "distinct_texts")

# Measures of diversity that are 0 where all outputs are alike: shares of them say something.
FROM_ZERO = ("sbert", "ead", "nli", "cosine_distance", "distinct_ngrams")
# The end of a metric's name that is the same measure over correct outputs alone.
OF_CORRECT = "_correct"


def measures(metric: str) -> bool:
    """Whether shares of an imported metric say something: it measures diversity from 0 on."""
    return metric.removesuffix(OF_CORRECT) in FROM_ZERO


# What is computed of counted answers; `wideband.numbers.estimators.choices` has the functions.
COUNTED = (
    "sampled_variation",
    "variation_floor",
    "excess_variation",
    "chi_square",
    "answers_entropy",
    "answers_effective",
    "distinct_answers",
)


def unit_of(metric: str) -> str:
    """The unit of an imported metric."""
    return UNITS.get(metric, "as imported")


def range_of(metric: str, n: int) -> Interval | None:
    """The least and greatest value of an item with n rollouts; None where none is known."""
    if metric in DISTINCT and n > 1:
        return (1.0, float(n))
    if metric == "n_correct" and n:
        return (0.0, float(n))
    return RANGES.get(metric)
