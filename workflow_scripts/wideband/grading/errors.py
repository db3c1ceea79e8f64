"""Errors of grading that a user can act on."""

from ..errors import WidebandError


class GradingError(WidebandError):
    """Rollouts or golds that cannot be graded; the message names the uid or the gold."""


class WorkerError(GradingError):
    """A grading worker could not be started."""
