"""The estimators of every number, one family a file; importing this package registers them all.

An estimator takes a list of tables in the order of its record's inputs, or what its `prepare` makes of them,
then the record's args.
"""

from . import (
    accuracy,
    answers,
    band,
    budget,
    choices,
    cost,
    curve,
    diversity,
    imported,
    judge,
    lineage,
    paired,
    paraphrases,
    passk,
    runs,
    splits,
    texts,
    token_ratios,
    training,
    values,
)

__all__ = [
    "accuracy",
    "answers",
    "band",
    "budget",
    "choices",
    "cost",
    "curve",
    "diversity",
    "imported",
    "judge",
    "lineage",
    "paired",
    "paraphrases",
    "passk",
    "runs",
    "splits",
    "texts",
    "token_ratios",
    "training",
    "values",
]
