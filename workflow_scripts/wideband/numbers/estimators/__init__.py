"""The estimators of every number, one family a file; importing this package registers them all.

An estimator takes a list of tables in the order of its record's inputs, or what its `prepare` makes of them,
then the record's args.
"""

from . import (
    answers,
    band,
    choices,
    cost,
    diversity,
    imported,
    judge,
    lineage,
    paired,
    paraphrases,
    passk,
    runs,
    training,
    values,
)

__all__ = [
    "answers",
    "band",
    "choices",
    "cost",
    "diversity",
    "imported",
    "judge",
    "lineage",
    "paired",
    "paraphrases",
    "passk",
    "runs",
    "training",
    "values",
]
