"""Grading: the verdict of a completion against a gold answer.

A fast path decides identical texts, exact values and what is plainly different; math-verify decides the rest
in worker processes with hard limits. Nothing here imports math-verify or sympy into the calling process.
"""

from .errors import GradingError, WorkerError
from .golds import check_golds, require_accepted
from .grader import Grader, Outcome
from .verdicts import GRADER, GRADER_VERSION, grade_rollouts, reward

__all__ = [
    "GRADER",
    "GRADER_VERSION",
    "Grader",
    "GradingError",
    "Outcome",
    "WorkerError",
    "check_golds",
    "grade_rollouts",
    "require_accepted",
    "reward",
]
