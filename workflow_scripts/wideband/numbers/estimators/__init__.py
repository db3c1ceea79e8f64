"""The estimators of every number, one family a file; importing this package registers them all.

An estimator takes a list of tables in the order of its record's inputs, then the record's args.
"""

from . import accuracy, band, cost, diversity, paired, passk, training

__all__ = ["accuracy", "band", "cost", "diversity", "paired", "passk", "training"]
