"""Comparing two finished studies: which settings differ, which numbers, and whether beyond chance.

`finished` opens a results folder and refuses what is unfinished or tampered with; `compare` makes the
comparison, which `text`, `told` and `page` show to people and machines.
"""

from .compare import Comparison, compare
from .finished import ComparisonError, Finished, finished

__all__ = ["Comparison", "ComparisonError", "Finished", "compare", "finished"]
